import type { EpisodeTurn } from '../../../server/contract/episode.ts';
import { ESTIMATOR_FACTS, type EstimatorName } from '../../../server/contract/estimators.ts';
import { LEVELS, type Level } from '../../../server/contract/metrics.ts';
import type { LensCredit } from './lens-credit.ts';

/** Before normalisation, in the unit of rewards, or after it, in deviations. */
export const SCALES = ['raw', 'normalized'] as const;
export type Scale = (typeof SCALES)[number];

/** Where two sides put the credit of one level; one entry a turn, null where a side gives none. */
export interface LevelDifference {
  level: Level;
  a: (number | null)[];
  b: (number | null)[];
  /** B less A, where both are. */
  difference: (number | null)[];
  /** Sum of absolute differences, over so many turns. */
  sum: number;
  turns: number;
  /** Turns that one side rewards and the other blames. */
  opposed: number;
}

/** Levels that one of two estimators tells apart; one where both treat a turn as a whole. */
export function comparedLevels(a: EstimatorName, b: EstimatorName): Level[] {
  const told = LEVELS.filter((level) => [a, b].some((name) => ESTIMATOR_FACTS[name].levels.includes(level)));
  return told.length > 0 ? told : ['low'];
}

/** Level by level; a side that failed gives nothing. */
export function compareSides(
  a: LensCredit | null,
  b: LensCredit | null,
  levels: readonly Level[],
  turns: readonly Pick<EpisodeTurn, 'credit'>[],
  scale: Scale,
): LevelDifference[] {
  return levels.map((level) => {
    const column = (side: LensCredit | null) =>
      turns.map(({ credit }, turn) => {
        // A flat estimator has an advantage there, and no sub-goal that it could reach.
        if (level === 'high' && !credit?.boundary) return null;
        return side?.levels[level]?.[scale][turn] ?? null;
      });
    const [ofA, ofB] = [column(a), column(b)];
    const difference = ofA.map((value, turn) =>
      value === null || ofB[turn] == null ? null : ofB[turn] - value,
    );
    const both = difference.filter((value) => value !== null);
    return {
      level,
      a: ofA,
      b: ofB,
      difference,
      sum: both.reduce((total, value) => total + Math.abs(value), 0),
      turns: both.length,
      opposed: ofA.filter((value, turn) => (value ?? 0) * (ofB[turn] ?? 0) < 0).length,
    };
  });
}
