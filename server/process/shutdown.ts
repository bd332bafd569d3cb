import type { AppError } from '../contract/error.ts';
import type { DatabaseLink } from '../store/link.ts';

const LONGEST_SHUTDOWN_MS = 15_000;

/** On SIGTERM and SIGINT closes once, in order, then exits; a second signal exits at once. */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (closing) process.exit(1);
    closing = true;
    console.log(
      `\n${signal}: stopping. Runs in progress go on from their last checkpoint at the next start.`,
    );
    setTimeout(() => process.exit(1), LONGEST_SHUTDOWN_MS).unref();
    close().then(
      () => process.exit(0),
      (error: Error) => {
        console.error(error.message);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** What was thrown on purpose is for people: its message is enough. */
export function exitWithMessage(error: unknown): never {
  const known = error instanceof Error && error.name === 'AppError';
  console.error(known ? (error as AppError).message : error);
  process.exit(1);
}

/**
 * For a process without Next, which has a listener of its own: a promise that nobody waits for may meet a database that is away,
 * which is no reason to end. Any other rejection that nobody handles is a fault of ours and ends the process, as Node does.
 */
export function surviveOutages(link: DatabaseLink): void {
  process.on('unhandledRejection', (error) => {
    if (link.lost(error)) return;
    console.error(error);
    process.exit(1);
  });
}
