'use client';
import { useState } from 'react';
import { Button } from '../../_ui/button.tsx';
import { Field } from '../../_ui/field.tsx';
import { Input } from '../../_ui/input.tsx';
import { EMPTY_OTHER_LAB, type OtherLabDraft, OtherLabFields } from '../_bundles/other-lab-fields.tsx';
import { ImportProblem } from './import-problem.tsx';

/** A run from the address of another lab. */
export function OtherLabForm({
  busy,
  error,
  onPull,
}: {
  busy: boolean;
  error: unknown;
  onPull: (input: OtherLabDraft & { id: string }) => void;
}) {
  const [draft, setDraft] = useState(EMPTY_OTHER_LAB);
  const [runId, setRunId] = useState('');
  return (
    <form
      aria-label="From another lab"
      className="mt-5 flex flex-col gap-3 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault();
        onPull({ ...draft, id: runId.trim() });
      }}
    >
      <h3 className="font-medium">Or from another lab</h3>
      <OtherLabFields draft={draft} onChange={setDraft} />
      <Field id="other-run" label="Run" description="Its id there: the last part of its address">
        {(ids) => (
          <Input {...ids} required value={runId} onChange={(event) => setRunId(event.target.value)} />
        )}
      </Field>
      <ImportProblem error={error} />
      <Button type="submit" busy={busy} className="self-end">
        Fetch the run
      </Button>
    </form>
  );
}
