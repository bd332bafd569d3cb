import type { RunState } from '../../../server/contract/run-states.ts';
import type { RunSummary } from '../../../server/contract/views.ts';

/** What can be done to a run now. */
export interface RunAbilities {
  canPause: boolean;
  /** Also takes a pause back that the trainer has not reached yet. */
  canResume: boolean;
  canCancel: boolean;
}

/** Runs of other trainers obey nobody here: those can only be marked as ended. */
export function runAbilities({
  state,
  desired,
  config,
}: Pick<RunSummary, 'desired' | 'config'> & { state: RunState }): RunAbilities {
  const isNative = config !== null;
  const isMoving = state === 'running' || state === 'starting';
  const hasStopped = state === 'paused' || state === 'failed' || state === 'cancelled';
  return {
    canPause: isNative && isMoving && desired === 'run',
    canResume: isNative && (hasStopped || (state === 'running' && desired === 'pause')),
    canCancel: isNative && (isMoving || state === 'queued' || state === 'paused') && desired !== 'cancel',
  };
}
