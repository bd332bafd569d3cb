'use client';
import { useQuery } from '@tanstack/react-query';
import { CopyPlus, Play, TriangleAlert } from 'lucide-react';
import { describePlace } from '../../../server/contract/narration.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { formatLogLine } from './log-lines.ts';
import { type CurrentRun, resumeLabel } from './run-model.ts';
import { useRunActions } from './use-run-actions.ts';

const SHOWN_LINES = 8;

/** What broke, in which phase, what was said last, and what can be done. */
export function FailurePanel({ run, live, readOnly }: { run: CurrentRun; live: LiveRun; readOnly: boolean }) {
  const [message, ...said] = (run.failure ?? 'The trainer ended without a reason.').split('\n');
  // Where the failure carries no last words, the log has the last ones spoken before it.
  const lines = said.some((line) => line.trim() !== '')
    ? said
    : live.logs.slice(-SHOWN_LINES).map(formatLogLine);
  return (
    <section aria-label="Failure" className="rounded-lg border border-danger/50 bg-danger-soft p-3">
      <h2 className="flex items-start gap-2 font-semibold text-danger">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="min-w-0 break-words">{message}</span>
      </h2>
      <p className="mt-1">
        {run.config?.policy === 'endpoint' ? (
          'Finished episodes are kept: resumed, it plays the others.'
        ) : (
          <>
            {live.failedAt ? `It broke in the ${describePlace(live.failedAt)}; ` : ''}
            {describeDone(run)}
          </>
        )}
      </p>
      {lines.length > 0 && (
        <pre className="mt-2 max-h-56 overflow-auto rounded border border-line bg-surface p-2 font-mono text-[0.86rem] whitespace-pre-wrap">
          {lines
            .join('\n')
            .replace(/^\s*\n/, '')
            .trimEnd()}
        </pre>
      )}
      {!readOnly && run.config && <FailureActions run={run} live={live} />}
    </section>
  );
}

function describeDone({ config, iteration, lastCheckpoint }: CurrentRun): string {
  if (!config) return `Its trainer runs elsewhere; its last step with a value is ${iteration}.`;
  const checkpoint =
    lastCheckpoint === null
      ? 'There is no checkpoint: it would start again from the beginning.'
      : `The last checkpoint is that of iteration ${lastCheckpoint}.`;
  return `${iteration} of ${config.iterations} iterations are done. ${checkpoint}`;
}

/** What helps first comes first: where going on would come to the same end, that is another configuration. */
function FailureActions({ run, live }: { run: CurrentRun; live: LiveRun }) {
  const { resume } = useRunActions();
  const trpc = useTRPC();
  const system = useQuery(trpc.system.info.queryOptions());
  const again = (
    <Button
      size="sm"
      variant={live.failsAgain ? 'secondary' : 'primary'}
      icon={<Play aria-hidden className="size-4" />}
      busy={resume.isPending}
      onClick={() => resume.mutate({ id: run.id })}
    >
      {resumeLabel(run)}
    </Button>
  );
  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {live.failsAgain && (
        <ButtonLink
          size="sm"
          variant="primary"
          href={`/runs/new?from=${run.id}`}
          icon={<CopyPlus aria-hidden className="size-4" />}
        >
          Clone and edit
        </ButtonLink>
      )}
      {again}
      <CopyButton
        text={async () => {
          // Knows every field and preset: fetched when somebody asks.
          const { writeDiagnostics } = await import('./diagnostics.ts');
          return writeDiagnostics(run, {
            failedAt: live.failedAt,
            logs: live.logs,
            // A server that has just started looks at its machine for some seconds.
            system: system.data ?? (await system.refetch()).data ?? null,
          });
        }}
      >
        Copy diagnostics
      </CopyButton>
    </div>
  );
}
