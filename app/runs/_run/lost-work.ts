import type { CurrentRun } from './run-model.ts';

/** What cancelling costs, in a sentence. */
export function describeLostWork(
  run: Pick<CurrentRun, 'state' | 'iteration' | 'lastCheckpoint' | 'config'>,
): string {
  if (run.state === 'queued') return 'It has not started, so nothing is lost.';
  if (run.config?.policy === 'endpoint')
    return 'Finished episodes are kept, those under way are lost; the run can be resumed and plays what is missing.';
  if (run.lastCheckpoint === null)
    return 'There is no checkpoint yet: everything since the start, warm start included, is lost.';
  const lost = run.iteration - run.lastCheckpoint;
  const since =
    lost > 0
      ? `${lost} iteration${lost === 1 ? '' : 's'} after it and the one in progress are lost`
      : 'the iteration in progress is lost';
  return `The last checkpoint is that of iteration ${run.lastCheckpoint}: ${since}. Curves, logs and that checkpoint stay, and the run can be resumed from it.`;
}
