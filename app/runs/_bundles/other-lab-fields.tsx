'use client';
import { Checkbox } from '../../_ui/checkbox.tsx';
import { Field } from '../../_ui/field.tsx';
import { Input } from '../../_ui/input.tsx';

/** Another HiPER Lab, and whether a checkpoint travels. */
export interface OtherLabDraft {
  address: string;
  token: string;
  checkpoint: boolean;
}

export const EMPTY_OTHER_LAB: OtherLabDraft = { address: '', token: '', checkpoint: false };

/** Where the other lab is, what it knows us by, and how much travels. */
export function OtherLabFields({
  draft,
  onChange,
}: {
  draft: OtherLabDraft;
  onChange: (draft: OtherLabDraft) => void;
}) {
  return (
    <>
      <Field
        id="other-lab-address"
        label="Address of the other lab"
        description="As in a browser, e.g. https://lab.example.org"
      >
        {(ids) => (
          <Input
            {...ids}
            type="url"
            required
            value={draft.address}
            onChange={(event) => onChange({ ...draft, address: event.target.value })}
          />
        )}
      </Field>
      <Field
        id="other-lab-token"
        label="Token"
        description="A key of its page Keys (Read to fetch, Write metrics to publish) or its HIPER_SECRET; empty where it needs none. It is used once and not kept."
      >
        {(ids) => (
          <Input
            {...ids}
            type="password"
            autoComplete="off"
            value={draft.token}
            onChange={(event) => onChange({ ...draft, token: event.target.value })}
          />
        )}
      </Field>
      <Checkbox checked={draft.checkpoint} onChange={(checkpoint) => onChange({ ...draft, checkpoint })}>
        With the last checkpoint: it can be evaluated and forked there
      </Checkbox>
    </>
  );
}
