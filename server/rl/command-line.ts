import { type ParseArgsConfig, parseArgs } from 'node:util';
import { AppError } from '../contract/error.ts';
import type { EngineName } from './tensor/engine.ts';

/** Flags and words of a command. Throws AppError `bad-input` for what `command` does not know. */
export function readCommandLine<T extends ParseArgsConfig>(
  config: T,
  command: string,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new AppError('bad-input', `${(error as Error).message}. See ${command} -- --help`);
  }
}

/** A flag's number; not a number where there is none, also for an empty text; undefined without the flag. */
export function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return text.trim() === '' ? Number.NaN : Number(text);
}

/**
 * The engine that HIPER_ENGINE asks for, and HIPER_THREADS threads, `threads` where it says nothing or 0. Throws AppError
 * `bad-input` for a number of threads that is none.
 */
export function engineOfEnvironment(threads: number): { engine: 'auto' | EngineName; threads: number } {
  const asked = Number(process.env.HIPER_THREADS ?? 0);
  if (!Number.isInteger(asked) || asked < 0)
    throw new AppError(
      'bad-input',
      `HIPER_THREADS is ${process.env.HIPER_THREADS}: give a whole number, 0 for all`,
    );
  return { engine: (process.env.HIPER_ENGINE ?? 'auto') as 'auto' | EngineName, threads: asked || threads };
}
