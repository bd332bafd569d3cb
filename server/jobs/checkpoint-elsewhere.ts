import { AppError } from '../contract/error.ts';

/** Why nothing can be done here with the checkpoint of a run that was trained on another machine; `command` does it there. */
export function checkpointElsewhere(command: string): AppError {
  return new AppError(
    'conflict',
    `The checkpoint of this run is on the machine that trained it, and this server does not see that machine’s files: give all of them one HIPER_DATA (a shared folder), or run ${command} there`,
  );
}
