'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Import } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { IMPORT_PATH } from '../../../server/contract/bundle.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Button } from '../../_ui/button.tsx';
import { Dialog } from '../../_ui/dialog.tsx';
import { Field } from '../../_ui/field.tsx';
import { Input } from '../../_ui/input.tsx';
import { EMPTY_OTHER_LAB, OtherLabFields } from './other-lab-fields.tsx';

/** Takes a run of another installation in: from a file, or from its address. */
export function ImportDialog() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const router = useRouter();
  const [draft, setDraft] = useState(EMPTY_OTHER_LAB);
  const [runId, setRunId] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const arrive = ({ id }: { id: string }) => {
    void queryClient.invalidateQueries(trpc.runs.pathFilter());
    router.push(`/runs/${id}`);
  };
  const pull = useMutation(trpc.bundles.pull.mutationOptions({ onSuccess: arrive }));
  const upload = useMutation({ mutationFn: sendBundle, onSuccess: arrive });
  return (
    <Dialog
      title="Import a run"
      description="A bundle of another HiPER Lab. The run keeps where it comes from."
      trigger={<Button icon={<Import aria-hidden className="size-4" />}>Import</Button>}
    >
      <form
        aria-label="From a file"
        className="flex flex-col gap-3"
        onSubmit={submitting(() => {
          if (file) upload.mutate(file);
        })}
      >
        <Field
          id="bundle-file"
          label="From a file"
          description="hiper-….bundle.tar.gz, as a run’s menu exports it"
        >
          {(ids) => (
            <Input
              {...ids}
              type="file"
              required
              accept=".gz,application/gzip"
              className="py-1.5"
              onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            />
          )}
        </Field>
        <Problem error={upload.error} />
        <Button type="submit" busy={upload.isPending} className="self-end">
          Import the file
        </Button>
      </form>
      <form
        aria-label="From another lab"
        className="mt-4 flex flex-col gap-3 border-t border-line pt-4"
        onSubmit={submitting(() => pull.mutate({ ...draft, id: runId.trim() }))}
      >
        <OtherLabFields draft={draft} onChange={setDraft} />
        <Field id="other-run" label="Run" description="Its id there: the last part of its address">
          {(ids) => (
            <Input {...ids} required value={runId} onChange={(event) => setRunId(event.target.value)} />
          )}
        </Field>
        <Problem error={pull.error} />
        <Button type="submit" busy={pull.isPending} className="self-end">
          Fetch the run
        </Button>
      </form>
    </Dialog>
  );
}

function Problem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p role="alert" className="text-danger">
      {errorMessage(error)}
    </p>
  );
}

const submitting = (act: () => void) => (event: FormEvent) => {
  event.preventDefault();
  act();
};

async function sendBundle(file: File): Promise<{ id: string }> {
  const response = await fetch(IMPORT_PATH, {
    method: 'POST',
    headers: { 'Content-Type': 'application/gzip' },
    body: file,
  });
  const answer = (await response.json()) as { id: string; message: string };
  if (!response.ok) throw new Error(answer.message);
  return answer;
}
