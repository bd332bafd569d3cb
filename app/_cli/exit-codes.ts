import type { ErrorCode } from '../../server/contract/error.ts';

/** What a command ends with, for scripts; `--help` lists them. */
export const EXIT = { done: 0, failed: 1, badInput: 2, noServer: 3, refused: 4, unknown: 5 } as const;

export const EXIT_HELP = `Ends with 0 when done, ${EXIT.failed} when it failed, ${EXIT.badInput} for words or flags that are wrong, ${EXIT.noServer} without a server,
${EXIT.refused} for a key that is wrong or may not do this, ${EXIT.unknown} for a run that is not there.`;

/** How an error of the house ends a command. */
export function exitCodeOf(code: ErrorCode): number {
  switch (code) {
    case 'bad-input':
      return EXIT.badInput;
    case 'remote':
      return EXIT.noServer;
    case 'forbidden':
      return EXIT.refused;
    case 'not-found':
      return EXIT.unknown;
    default:
      return EXIT.failed;
  }
}
