import { AppError } from '../../../contract/error.ts';
import type { Episode } from './episodes.ts';

/** When more than this share of the episodes break, something is wrong that does not pass. */
export const MOST_BROKEN = 0.5;

/** Whether an error is an environment's that is elsewhere: it breaks an episode, never a run. */
export function breaksEpisode(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'remote';
}

/**
 * The episodes that are whole. Where the copies of a game are compared, side by side in groups, a broken one takes its group along.
 * Throws AppError `remote` with the reason when more than half are broken.
 */
export function keepWhole(
  episodes: readonly Episode[],
  groupSize: number,
): { episodes: Episode[]; broken: number; reason: string | null } {
  const broken = episodes.filter((episode) => episode.broken !== undefined);
  const reason = broken[0]?.broken ?? null;
  if (broken.length > episodes.length * MOST_BROKEN)
    throw new AppError('remote', `${broken.length} of ${episodes.length} episodes are broken. ${reason}`);
  const groups = new Set(
    episodes.flatMap(({ broken }, index) => (broken === undefined ? [] : [Math.floor(index / groupSize)])),
  );
  const whole = episodes.filter((_, index) => !groups.has(Math.floor(index / groupSize)));
  if (whole.length === 0 && episodes.length > 0)
    throw new AppError(
      'remote',
      `every game has a broken episode (${broken.length} of ${episodes.length}): nothing is left to compare. ${reason}`,
    );
  return { episodes: whole, broken: broken.length, reason };
}
