'use client';
import { type FormEvent, useState } from 'react';
import { isBundleName } from '../../../server/contract/bundle-paths.ts';
import { IMPORTED_KINDS } from '../../../server/contract/imports.ts';
import { Button } from '../../_ui/button.tsx';
import { Field } from '../../_ui/field.tsx';
import { Input, inputClasses, TextArea } from '../../_ui/input.tsx';
import { ImportProblem } from './import-problem.tsx';
import type { ImportInput } from './send-files.ts';

/** Files of other trainers and bundles of other labs, together. */
export function FilesForm({
  busy,
  error,
  onSend,
}: {
  busy: boolean;
  error: unknown;
  onSend: (input: ImportInput) => void;
}) {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [name, setName] = useState('');
  const [params, setParams] = useState('');
  const isForeign = files.length === 0 || files.some((file) => !isBundleName(file.name));
  return (
    <form
      aria-label="From files"
      className="flex flex-col gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSend({ files, name, params });
      }}
    >
      <Field
        id="import-files"
        label="Files"
        description={`Bundles of another HiPER Lab (hiper-….bundle.tar.gz, as a run’s menu exports them), or of other trainers: ${IMPORTED_KINDS}. Each file is a run; several event files are one. 64 MB together at most, bundles aside.`}
      >
        {(ids) => (
          <input
            {...ids}
            type="file"
            multiple
            required
            onChange={(event) => setFiles([...(event.target.files ?? [])])}
            className={`${inputClasses} p-1.5 file:mr-3 file:rounded file:border-0 file:bg-sunken file:px-2 file:py-1 file:text-ink`}
          />
        )}
      </Field>
      {isForeign && (
        <>
          <Field
            id="import-name"
            label="Name"
            description="Left empty: the names of the files. Bundles keep theirs."
          >
            {(ids) => (
              <Input {...ids} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          <Field
            id="import-params"
            label="Params"
            description="What the files do not say, one a line: runs that differ in their seed alone are grouped."
          >
            {(ids) => (
              <TextArea
                {...ids}
                rows={3}
                placeholder={'method=hae\nseed=5'}
                value={params}
                onChange={(event) => setParams(event.target.value)}
              />
            )}
          </Field>
        </>
      )}
      <ImportProblem error={error} />
      <Button type="submit" variant="primary" busy={busy} disabled={files.length === 0} className="self-end">
        Import
      </Button>
    </form>
  );
}
