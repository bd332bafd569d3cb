'use client';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { adapterPath, exportCommand, type ModelExport } from '../../../server/contract/model-export.ts';
import { formatBytes } from '../../_charts/format.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { buttonClasses } from '../../_ui/button.tsx';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { Dialog } from '../../_ui/dialog.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';

/** What a run has trained of its language model: the adapter as a download, the whole model by a command. */
export function ModelExportDialog({
  run,
  onClose,
}: {
  run: { id: string; model: string };
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const { data, error } = useQuery(trpc.runs.modelExport.queryOptions({ id: run.id }, { staleTime: 0 }));
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Export the model"
      description={`What this run has trained of ${run.model}, at its last checkpoint, with a model card.`}
    >
      {error ? (
        <p role="alert" className="text-danger">
          {errorMessage(error)}
        </p>
      ) : data ? (
        <Offer runId={run.id} offer={data} />
      ) : (
        <Skeleton className="h-32" />
      )}
    </Dialog>
  );
}

function Offer({ runId, offer }: { runId: string; offer: ModelExport }) {
  const { kind, iteration, bytes, problem } = offer;
  if (problem !== null) return <p className="text-warning">{problem}</p>;
  const size = bytes === null || bytes < 2 ** 20 ? 'below 1 MB' : formatBytes(bytes);
  return (
    <div className="flex flex-col gap-5">
      {kind === 'adapter' && (
        <Part
          title="Adapter"
          text={`For PEFT, on top of the base model: ${size}, after iteration ${iteration}.`}
        >
          <a
            href={adapterPath(runId)}
            download
            className={`${buttonClasses({ variant: 'primary' })} self-start`}
          >
            <Download aria-hidden className="size-4" />
            Download the adapter
          </a>
        </Part>
      )}
      <Part
        title="Whole model"
        text={`For transformers${kind === 'adapter' ? ', with the adapter worked into the weights' : ''}. In a terminal on the server’s machine, in the folder of HiPER Lab, with the server’s HIPER_DATA and HIPER_MODELS:`}
      >
        <Command text={exportCommand(runId, { merged: kind === 'adapter' })} />
      </Part>
    </div>
  );
}

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{title}</h3>
      <p className="text-muted">{text}</p>
      {children}
    </section>
  );
}

function Command({ text }: { text: string }) {
  return (
    <div className="flex items-start gap-2">
      <code className="min-w-0 flex-1 rounded-md bg-sunken px-3 py-2 font-mono text-[0.86rem] break-words">
        {text}
      </code>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}
