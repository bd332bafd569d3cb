import { mkdirSync, statSync } from 'node:fs';
import { AppError } from '../contract/error.ts';

/** Errors by what a person can do about them. PGlite's file system has numbers of its own (WASI's) instead of names. */
const FULL = ['ENOSPC', 'EDQUOT', 51, 19];
const NOT_WRITABLE = ['EROFS', 'EACCES', 'EPERM', 69, 2, 63];

/** Makes the data folder. Throws AppError `bad-input` where HIPER_DATA cannot be one. */
export function makeDataFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new AppError('bad-input', `HIPER_DATA=${folder} is a file: name a folder`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw explainFolderError(error, folder);
  }
}

/** What is wrong with a data folder, in a sentence; any other error as it is. */
export function explainFolderError(error: unknown, folder: string): unknown {
  if (error instanceof AppError) return error;
  const { code, errno, message } = error as NodeJS.ErrnoException;
  const is = (kinds: readonly (string | number)[]) => kinds.some((kind) => kind === code || kind === errno);
  const problem = (sentence: string) => new AppError('bad-input', sentence, { cause: error });
  if (is(FULL) || /no space left on device/i.test(message))
    return problem(`The disk of ${folder} is full: make room, or set HIPER_DATA to another folder`);
  if (is(NOT_WRITABLE))
    return problem(
      `${folder} cannot be written (${code ?? 'read-only, or not yours'}): allow it, or set HIPER_DATA to another folder`,
    );
  // Where a folder should be on the way there is a file; mkdir calls it either, according to the platform.
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return problem(`HIPER_DATA=${folder} cannot be made: a part of this path is a file`);
  return error;
}
