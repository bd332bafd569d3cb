'use client';
import { Play, TriangleAlert } from 'lucide-react';
import { differingFields, parseRunConfig } from '../../../server/contract/run-config.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { Button } from '../../_ui/button.tsx';
import { CopyButton } from '../../_ui/copy-button.tsx';
import { formatLogLine } from './log-lines.ts';
import type { CurrentRun } from './run-model.ts';
import { useRunActions } from './use-run-actions.ts';

const DIAGNOSTIC_LINES = 100;
const SHOWN_LINES = 8;

/** All that a person asked for help would ask for. */
function writeDiagnostics(run: CurrentRun, live: LiveRun): string {
  const defaults = parseRunConfig({});
  const changed = differingFields([defaults, run.config]).map(
    (name) => `  ${name}: ${JSON.stringify(run.config[name])}`,
  );
  return [
    `Run ${run.id} “${run.name}” is ${run.state}`,
    `Phase: ${run.progress?.phase ?? 'unknown'}; iteration ${run.iteration} of ${run.config.iterations}`,
    `Last checkpoint: ${run.lastCheckpoint ?? 'none'}`,
    `Engine: ${run.facts ? `${run.facts.engine}, ${run.facts.threads} threads` : 'not up'}`,
    'Configuration, where it differs from the defaults:',
    ...changed,
    'Failure:',
    run.failure ?? '',
    `Last ${DIAGNOSTIC_LINES} lines:`,
    ...live.logs.slice(-DIAGNOSTIC_LINES).map(formatLogLine),
  ].join('\n');
}

/** What broke, in which phase, what was said last, and what can be done. */
export function FailurePanel({ run, live, readOnly }: { run: CurrentRun; live: LiveRun; readOnly: boolean }) {
  const { resume } = useRunActions();
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
        {run.progress ? `It broke during ${run.progress.phase}, ` : 'It broke '}
        after iteration {run.iteration} of {run.config.iterations}.{' '}
        {run.lastCheckpoint === null
          ? 'There is no checkpoint: resuming starts over.'
          : `The last checkpoint is that of iteration ${run.lastCheckpoint}.`}
      </p>
      {lines.length > 0 && (
        <pre className="mt-2 max-h-56 overflow-auto rounded border border-line bg-surface p-2 font-mono text-[0.86rem] whitespace-pre-wrap">
          {lines.join('\n').trim()}
        </pre>
      )}
      {!readOnly && (
        <div className="mt-3 flex flex-wrap gap-2">
          <Button
            size="sm"
            variant="primary"
            icon={<Play aria-hidden className="size-4" />}
            busy={resume.isPending}
            onClick={() => resume.mutate({ id: run.id })}
          >
            {run.lastCheckpoint === null ? 'Start over' : 'Resume from checkpoint'}
          </Button>
          <CopyButton text={() => writeDiagnostics(run, live)}>Copy diagnostics</CopyButton>
        </div>
      )}
    </section>
  );
}
