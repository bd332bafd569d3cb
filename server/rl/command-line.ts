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

/** The engine that HIPER_ENGINE asks for, and HIPER_THREADS threads, `threads` where it says nothing. */
export function engineOfEnvironment(threads: number): { engine: 'auto' | EngineName; threads: number } {
  return {
    engine: (process.env.HIPER_ENGINE ?? 'auto') as 'auto' | EngineName,
    threads: Number(process.env.HIPER_THREADS) || threads,
  };
}
