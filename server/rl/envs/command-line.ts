import { AppError } from '../../contract/error.ts';

/** Runs a command of an environment's and sets its exit code; mistakes of the caller print one message and exit with 2. */
export function runCommand(command: () => number): void {
  try {
    process.exitCode = command();
  } catch (error) {
    if (!isCallersMistake(error)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

function isCallersMistake(error: unknown): error is Error {
  if (error instanceof AppError) return true;
  // node:util parseArgs: an unknown option, or one without its value.
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
