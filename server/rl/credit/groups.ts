import type { Credit, GroupStatistic } from './batch.ts';

/** Statistics of the groups of a batch. */
export interface GroupMoments {
  /** Group of each row, numbered by first appearance. */
  id: Int32Array; // [rows]
  mean: Float64Array; // [groups]
  /** Sample standard deviation; 0 with fewer than two scores. */
  deviation: Float64Array; // [groups]
  /** Scores in the statistics. */
  count: Int32Array; // [groups]
}

/**
 * Mean and sample standard deviation of the scores in each group. `episode` counts the first row of every episode only.
 * Rows with `counted` 0 (copies) belong to their group but not to its statistics.
 */
export function groupMoments(
  score: Float64Array,
  group: Int32Array,
  episode: Int32Array,
  statistic: GroupStatistic,
  counted: Uint8Array,
): GroupMoments {
  const id = numberLabels(group);
  const groups = id.reduce((most, g) => Math.max(most, g + 1), 0);
  const selected = statistic === 'turn' ? counted : firstRows(id, episode, counted);
  const mean = new Float64Array(groups);
  const deviation = new Float64Array(groups);
  const count = new Int32Array(groups);
  for (let row = 0; row < score.length; row++) {
    if (!selected[row]) continue;
    mean[id[row]!]! += score[row]!;
    count[id[row]!]!++;
  }
  for (let g = 0; g < groups; g++) if (count[g]) mean[g]! /= count[g]!;
  for (let row = 0; row < score.length; row++) {
    if (selected[row]) deviation[id[row]!]! += (score[row]! - mean[id[row]!]!) ** 2;
  }
  for (let g = 0; g < groups; g++)
    deviation[g] = count[g]! > 1 ? Math.sqrt(deviation[g]! / (count[g]! - 1)) : 0;
  return { id, mean, deviation, count };
}

/**
 * What scores less their group's mean are divided by: its deviation + 1e-6; 1 where the scores are equal, so that a penalty
 * which they leave out is not divided by nothing.
 */
export function divisorOf(deviation: number): number {
  return deviation < 1e-8 ? 1 : deviation + 1e-6;
}

/**
 * Share of groups in which every advantage of every level is 0: comparing their episodes taught nothing. Undefined without a group.
 */
export function zeroGroupShare(
  { rawAdvantage }: Pick<Credit, 'rawAdvantage'>,
  group: Int32Array,
): number | undefined {
  const groups = new Set(group);
  const teaching = new Set<number>();
  for (const column of Object.values(rawAdvantage))
    column?.forEach((advantage, row) => {
      // Means of equal numbers are equal to the last bit but one.
      if (!(Math.abs(advantage) < 1e-9)) teaching.add(group[row]!);
    });
  return groups.size > 0 ? 1 - teaching.size / groups.size : undefined;
}

/** Dense ids in order of first appearance. */
export function numberLabels(labels: ArrayLike<number | string>): Int32Array {
  const ids = new Map<number | string, number>();
  return Int32Array.from(labels, (label) => {
    const id = ids.get(label) ?? ids.size;
    ids.set(label, id);
    return id;
  });
}

function firstRows(group: Int32Array, episode: Int32Array, counted: Uint8Array): Uint8Array {
  const seen = new Map<number, Set<number>>();
  return counted.map((flag, row) => {
    if (!flag) return 0;
    const episodes = seen.get(group[row]!) ?? new Set();
    seen.set(group[row]!, episodes);
    if (episodes.has(episode[row]!)) return 0;
    episodes.add(episode[row]!);
    return 1;
  });
}
