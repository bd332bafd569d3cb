import { AppError } from '../contract/error.ts';
import { checkpointFolder } from '../rl/train/checkpoint/kept-checkpoints.ts';
import type { NativeRun } from '../store/runs.ts';
import type { Supervisor } from './supervisor.ts';

/** Why nothing can be done here with the checkpoint of a run that was trained on another machine; `command` does it there. */
export function checkpointElsewhere(command: string): AppError {
  return new AppError(
    'conflict',
    `The checkpoint of this run is on the machine that trained it, and this server does not see that machine’s files: give all of them one HIPER_DATA (a shared folder), or run ${command} there`,
  );
}

/**
 * The folder to open for a checkpoint of a run. Throws AppError `conflict` where the run has none yet or has it on another machine,
 * where `command` can be used, `not-found` for an iteration of which none is kept.
 */
export function requireCheckpoint(
  supervisor: Pick<Supervisor, 'folderOf'>,
  { id, name, lastCheckpoint, config }: NativeRun,
  iteration: number,
  command: string,
): string {
  const folder = supervisor.folderOf(id);
  const found = checkpointFolder(folder, iteration);
  if (found !== null) return found;
  if (config.policy === 'endpoint')
    throw new AppError(
      'conflict',
      `${name} plays a model behind an endpoint, which has no checkpoints: start a new run to play it again`,
    );
  if (lastCheckpoint === null)
    throw new AppError('conflict', `${name} has no checkpoint yet: wait for its first iteration`);
  if (checkpointFolder(folder, lastCheckpoint) === null) throw checkpointElsewhere(command);
  throw new AppError(
    'not-found',
    `iteration: ${name} keeps no checkpoint of iteration ${iteration}; its list of checkpoints says which there are`,
  );
}
