import { AppError } from '../../contract/error.ts';

const POINTER_START = 'version https://git-lfs.github.com/spec/';

/**
 * Throws AppError `bad-file` when a file, by its first characters, only stands for one that git-lfs keeps elsewhere: what a
 * clone without git-lfs leaves.
 */
export function refuseLfsPointer(path: string, start: string): void {
  if (start.startsWith(POINTER_START))
    throw new AppError(
      'bad-file',
      `${path} is a git-lfs pointer, not the file itself: run git lfs pull in its folder`,
    );
}
