import { type Band, DRAWN_RESAMPLES } from '../../server/stats/bands.ts';
import type { Center } from '../../server/stats/centers.ts';

/** More changes than this are summed up. */
const TOLD_CHANGES = 2;

export const CENTER_WORDS: Record<Center, string> = { mean: 'mean', median: 'median', iqm: 'IQM' };

export const BAND_WORDS: Record<Band, string> = {
  range: 'range, smallest to largest',
  stderr: '± 1 standard error',
  bootstrap: '95 % bootstrap interval',
  none: 'none',
};

/** What the lines and bands of groups are, as a sentence or two. */
export function explainGroups(center: Center, band: Band, members: boolean): string {
  const word = center === 'iqm' ? 'interquartile mean' : CENTER_WORDS[center];
  const lines = `Lines: ${word} over the runs of a group that have the iteration`;
  const bands: Record<Band, string> = {
    range: '; bands: their range',
    stderr: '; bands: one standard error to either side',
    bootstrap: `; bands: 95 % percentile bootstrap interval, runs resampled (all resamples of up to six runs, ${DRAWN_RESAMPLES.toLocaleString('en')} drawn ones of more)`,
    none: '',
  };
  return `${lines}${bands[band]}${members ? '; thin lines: the single runs' : ''}.`;
}

/** What the lines of differences are. */
export function explainDifferences(center: Center, band: Band): string {
  const bands: Record<Band, string> = {
    range: '; bands: from the smallest to the largest difference of two runs',
    stderr: '; bands: one standard error of the difference to either side',
    bootstrap: `; bands: 95 % percentile bootstrap interval, the runs of both groups resampled (${DRAWN_RESAMPLES.toLocaleString('en')} resamples)`,
    none: '',
  };
  return `Lines: ${CENTER_WORDS[center]} over the runs of a group less that of the first group${bands[band]}.`;
}

/**
 * What a group's line is: `mean of 4 seeds (3 after iteration 2)`. `counts` are the trainings behind each point, `trainings` and `runs`
 * those of the whole group.
 */
export function groupWords({
  center,
  unit,
  counts,
  iterations,
  trainings,
  runs,
}: {
  center: Center;
  unit: 'seed' | 'run';
  counts: readonly number[];
  iterations: readonly number[];
  trainings: number;
  runs: number;
}): string {
  const most = Math.max(0, ...counts);
  const of = most === 0 || most === trainings ? '' : `${most} of `;
  const changes = describeChanges(counts, iterations, most);
  return `${CENTER_WORDS[center]} of ${of}${countWords(trainings, unit, runs)}${changes && ` (${changes})`}`;
}

/** `4 seeds`, `1 run`, `2 seeds, 3 runs` where a seed ran twice. */
export function countWords(trainings: number, unit: 'seed' | 'run', runs: number): string {
  const extra = runs > trainings ? (unit === 'seed' ? `, ${runs} runs` : `, ${runs} with repeats`) : '';
  return `${trainings} ${unit}${trainings === 1 ? '' : 's'}${extra}`;
}

function describeChanges(counts: readonly number[], iterations: readonly number[], most: number): string {
  const least = Math.min(...counts);
  if (counts.length === 0 || least === most) return '';
  const changes = counts.flatMap((count, row) =>
    row > 0 && count !== counts[row - 1] ? [{ count, after: iterations[row - 1]! }] : [],
  );
  const falls = counts.every((count, row) => row === 0 || count <= counts[row - 1]!);
  if (!falls) return `${least} to ${most} by iteration`;
  const last = changes.at(-1)!;
  return changes.length > TOLD_CHANGES
    ? `fewer after iteration ${changes[0]!.after}, ${last.count} after ${last.after}`
    : changes.map(({ count, after }) => `${count} after iteration ${after}`).join(', ');
}
