import type { ParseArgsConfig } from 'node:util';
import { AppError } from '../../server/contract/error.ts';
import { readCommandLine } from '../../server/rl/command-line.ts';
import type { Terminal } from './terminal.ts';

/** One of the commands of `npm run lab`. */
export interface Command {
  /** Everything behind `--help`. */
  usage: string;
  /** Returns what the process ends with. Throws AppError. */
  run(args: string[], terminal: Terminal): Promise<number>;
}

/** Every command reads these. */
const COMMON = { url: { type: 'string' } } as const;

/** Flags and words of a command. Throws AppError `bad-input`. */
export function readArguments<T extends NonNullable<ParseArgsConfig['options']>>(
  command: string,
  args: string[],
  options: T,
) {
  return readCommandLine(
    { args, allowPositionals: true, options: { ...COMMON, ...options } },
    `npm run lab -- ${command}`,
  );
}

/** A whole number from `least` on. Throws AppError `bad-input` naming the flag. */
export function wholeNumber(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least)
    throw new AppError('bad-input', `--${flag}: ${text} is not a whole number from ${least} on`);
  return value;
}
