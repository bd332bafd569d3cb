import { Random } from '../../server/rl/random.ts';
import { bootstrapBand, type Interval } from '../../server/stats/bands.ts';
import { stratifiedBootstrap } from '../../server/stats/bootstrap.ts';
import { type Center, centerOf, mean } from '../../server/stats/centers.ts';
import type { ProtocolRow } from './protocols.ts';
import type { RunGroup } from './run-groups.ts';

export const DIFFERENCE_REPETITIONS = 5000;

/** What the trainings of a group scored under one protocol, latest evaluations. */
export interface GroupScore {
  group: RunGroup;
  /** Success rate of every training; one that ran several times counts with its mean. */
  rates: number[];
  /** Least and most training behind them. */
  iterations: readonly [least: number, most: number];
  center: number;
  /** 95 % bootstrap interval of the center; null below two trainings. */
  interval: Interval | null;
  /** To the first group; null for that one, and where it was not evaluated so. */
  difference: { value: number; interval: Interval | null } | null;
}

/** Groups of which a run was evaluated under a protocol, in their order. */
export function groupScores(
  row: Pick<ProtocolRow, 'latest'>,
  groups: readonly RunGroup[],
  center: Center,
): GroupScore[] {
  const first = groups[0] && ratesOf(row, groups[0]);
  return groups.flatMap((group, index) => {
    const rates = ratesOf(row, group);
    if (rates.length === 0) return [];
    const iterations = group.runIds.flatMap((id) => row.latest.get(id)?.iteration ?? []);
    return {
      group,
      rates,
      iterations: [Math.min(...iterations), Math.max(...iterations)] as const,
      center: centerOf(center, rates),
      interval: rates.length < 2 ? null : bootstrapBand(center, rates),
      difference: index === 0 || !first?.length ? null : differenceOf(rates, first, center),
    };
  });
}

function ratesOf({ latest }: Pick<ProtocolRow, 'latest'>, group: RunGroup): number[] {
  const byTraining = new Map<string, number[]>();
  group.runIds.forEach((id, index) => {
    const rate = latest.get(id)?.rate;
    const training = group.trainings[index]!;
    if (rate !== undefined) byTraining.set(training, [...(byTraining.get(training) ?? []), rate]);
  });
  return [...byTraining.values()].map(mean);
}

/** Center of `a` less center of `b`, with its 95 % percentile bootstrap interval, both resampled independently. */
function differenceOf(
  a: readonly number[],
  b: readonly number[],
  center: Center,
): NonNullable<GroupScore['difference']> {
  const value = centerOf(center, a) - centerOf(center, b);
  if (a.length < 2 || b.length < 2) return { value, interval: null };
  const interval = stratifiedBootstrap(
    [[a], [b]],
    (own, other) => centerOf(center, own[0]!) - centerOf(center, other[0]!),
    // The same interval at every look.
    { random: new Random('difference'), repetitions: DIFFERENCE_REPETITIONS },
  );
  return { value, interval };
}
