'use client';
import { FlaskConical, GitFork } from 'lucide-react';
import { useState } from 'react';
import type { Evaluation } from '../../../server/contract/events.ts';
import { comesOutAlike, replays } from '../../../server/contract/replay-rules.ts';
import type { CheckpointView, Replay } from '../../../server/contract/replays.ts';
import { formatShare, formatTime, MISSING } from '../../_charts/format.ts';
import { errorMessage } from '../../_trpc/error-message.ts';
import { Badge } from '../../_ui/badge.tsx';
import { Button, ButtonLink } from '../../_ui/button.tsx';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { wilson } from '../../compare/proportion.ts';
import type { CurrentRun } from '../_run/run-model.ts';
import { EvaluateDialog } from './evaluate-dialog.tsx';
import { ReplayJobs } from './replay-jobs.tsx';
import { useCheckpoints } from './use-checkpoints.ts';

/** Every checkpoint of a run with what training measured of it and what it scored when it was evaluated anew. */
export function CheckpointsPanel({ run }: { run: CurrentRun }) {
  const { query, evaluate, cancel } = useCheckpoints(run.id, run.lastCheckpoint);
  const [chosen, setChosen] = useState<CheckpointView | null>(null);
  if (query.error && !query.data)
    return <ErrorState message={errorMessage(query.error)} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton className="h-40" />;
  const { checkpoints, jobs } = query.data;
  if (checkpoints.length === 0)
    return run.config?.policy === 'endpoint' ? (
      <EmptyState title="No checkpoints">
        A model behind an endpoint is not trained: nothing is kept.
      </EmptyState>
    ) : (
      <EmptyState title="No checkpoint yet">The first one comes after the first iteration.</EmptyState>
    );
  return (
    <div className="flex flex-col gap-3">
      <ReplayJobs jobs={jobs} busy={cancel.isPending} onCancel={(jobId) => cancel.mutate({ jobId })} />
      <Panel title="Checkpoints" flush>
        <Table caption="Checkpoints">
          <thead>
            <tr>
              <Th numeric>Iteration</Th>
              <Th>Written</Th>
              <Th>Evaluated in training</Th>
              <Th>Evaluated anew</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {checkpoints.toReversed().map((checkpoint) => (
              <tr key={checkpoint.iteration}>
                <Td numeric className="font-medium">
                  {checkpoint.iteration}
                </Td>
                <Td className="whitespace-nowrap text-muted">
                  {checkpoint.time === null ? MISSING : formatTime(checkpoint.time)}
                  {!checkpoint.isHere && <span className="block">not on this machine</span>}
                </Td>
                <Td>
                  <ul>
                    {checkpoint.evaluations.map((evaluation) => (
                      <li key={`${evaluation.split} ${evaluation.stepLimit}`}>
                        <Result evaluation={evaluation} />
                      </li>
                    ))}
                  </ul>
                  {checkpoint.evaluations.length === 0 && <span className="text-muted">{MISSING}</span>}
                </Td>
                <Td>
                  <ul>
                    {checkpoint.replays.map((replay) => (
                      <li key={`${replay.time} ${replay.evaluation.split}`}>
                        <ReplayResult replay={replay} evaluations={checkpoint.evaluations} />
                      </li>
                    ))}
                  </ul>
                  {checkpoint.replays.length === 0 && <span className="text-muted">{MISSING}</span>}
                </Td>
                <Td className="text-right">
                  {checkpoint.isHere && (
                    <span className="flex justify-end gap-2">
                      <Button
                        size="sm"
                        icon={<FlaskConical aria-hidden className="size-4" />}
                        aria-label={`Evaluate iteration ${checkpoint.iteration}`}
                        onClick={() => setChosen(checkpoint)}
                      >
                        Evaluate …
                      </Button>
                      <ButtonLink
                        href={`/runs/new?from=${run.id}&at=${checkpoint.iteration}`}
                        size="sm"
                        icon={<GitFork aria-hidden className="size-4" />}
                        aria-label={`Fork from iteration ${checkpoint.iteration}`}
                      >
                        Fork …
                      </ButtonLink>
                    </span>
                  )}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      </Panel>
      {chosen && run.config && (
        <EvaluateDialog
          run={run}
          config={run.config}
          iteration={chosen.iteration}
          busy={evaluate.isPending}
          onClose={() => setChosen(null)}
          onEvaluate={(request) =>
            evaluate.mutate({ ...request, id: run.id }, { onSuccess: () => setChosen(null) })
          }
        />
      )}
    </div>
  );
}

function Result({ evaluation }: { evaluation: Evaluation }) {
  const { split, stepLimit, temperature, successes, episodes } = evaluation;
  const { rate, low, high } = wilson(successes, episodes);
  return (
    <span className="whitespace-nowrap">
      <b className="font-medium">{formatShare(rate)}</b>{' '}
      <span className="text-muted">
        {formatShare(low, 0)} to {formatShare(high, 0)}, n {episodes}, {split}, {stepLimit} turns, temperature{' '}
        {temperature}
      </span>
    </span>
  );
}

/** With whether it came out as in training, where that played the same. */
function ReplayResult({ replay, evaluations }: { replay: Replay; evaluations: readonly Evaluation[] }) {
  const { evaluation, time } = replay;
  const same = evaluations.find((other) => replays(evaluation, other));
  return (
    <span title={formatTime(time)}>
      <Result evaluation={evaluation} />{' '}
      {same &&
        (comesOutAlike(evaluation, same) ? (
          <Badge tone="good">as in training</Badge>
        ) : (
          <Badge tone="warning">other than in training</Badge>
        ))}
    </span>
  );
}
