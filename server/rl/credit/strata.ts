import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { requireGroups, scoreEpisodes } from './episode-scores.ts';
import { groupSteps } from './gigpo.ts';
import { divisorOf, type GroupMoments, groupMoments } from './groups.ts';
import { fillCopies, zeroUnless } from './order.ts';
import { findSegments } from './segments.ts';

/**
 * Strategic trajectory abstraction (StraTA, arXiv 2605.06642; spec/credit-methods.md 1.3). A game is played with N
 * strategies z_i, M episodes each, with outcomes R_ij. Two levels, compared apart:
 *
 * high, on the first turn only: R(z_i) = mean of the ceil(topFraction * M) best outcomes of z_i, normalised over the
 * strategies of the game, so that a good strategy is not blamed for clumsy episodes. The tokens of z_i are emitted once,
 * but they stand in each of its M episodes and are trained there: relative to the actions, as in the mean over episodes.
 *
 * low, on every turn: A_ijt = (r_ijt - mean) / (sd + 1e-6) within the episodes of one strategy, where r_ijt = R_ij less the
 * turn's own penalties, and less `judgePenalty` on turns with `batch.flagged` (with `judgePenaltyIn: advantage` taken from
 * A_ijt instead). Mean and sd are over the outcomes R_ij, or with `groupStatistic: turn` over all r_ijt: the sources do not
 * say which.
 *
 * KEEP penalties are ignored: a strategy stays for the whole episode.
 * Throws AppError `bad-input` without `batch.group` or `batch.strategy`.
 */
export function estimateStrata(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const { groupStatistic = 'episode', judgePenalty = 0.1, judgePenaltyIn = 'reward' } = options;
  const { order, score, shapedReward, counted, defined } = scoreEpisodes(batch, {
    ...options,
    keepPenalty: 0,
  });
  const game = requireGroups(batch, 'strata');
  if (!batch.strategy)
    throw new AppError(
      'bad-input',
      'strata needs batch.strategy: which of its game’s strategies the turn followed',
    );
  const strategy = groupSteps(game, batch.strategy);
  const outcome = score.map((s, row) => s - (shapedReward[row]! - batch.reward[row]!));

  const penalty = score.map((_, row) => (batch.flagged?.[row] ? judgePenalty : 0));
  const isInReward = judgePenaltyIn === 'reward';
  const reward = isInReward ? score.map((s, row) => s - penalty[row]!) : score;
  const compared = groupStatistic === 'episode' ? outcome : reward;
  const moments = groupMoments(compared, strategy, batch.episode, groupStatistic, counted);
  const low = zeroUnless(
    normalize(reward, moments).map((a, row) => (isInReward ? a : a - penalty[row]!)),
    defined,
  );

  const firstRows = order.starts.slice(0, -1).map((start) => order.rows[start]!);
  const ofStrategy = strategyAdvantages(
    firstRows.map((row) => strategy[row]!),
    firstRows.map((row) => game[row]!),
    Float64Array.from(firstRows, (row) => outcome[row]!),
    options.topFraction ?? 0.5,
  );
  const high = new Float64Array(score.length);
  const isFirst = new Uint8Array(score.length);
  for (const row of firstRows) {
    if (!defined[row]) continue;
    high[row] = ofStrategy[strategy[row]!]!;
    isFirst[row] = 1;
  }

  const { boundary, segments } = findSegments(batch, order);
  fillCopies(order, [low, high, isFirst, boundary]);
  return {
    advantage: { low, high, switch: null },
    rawAdvantage: { low, high, switch: null },
    defined: { low: defined, high: isFirst, switch: null },
    target: { low: null, high: null, switch: null },
    targetDefined: { low: null, high: null, switch: null },
    monteCarlo: score,
    shapedReward,
    boundary,
    segments,
  };
}

/** A(z) of each strategy from the strategy, game and outcome of each episode; strategies are numbered from 0. */
function strategyAdvantages(
  strategy: Int32Array,
  game: Int32Array,
  outcome: Float64Array,
  topFraction: number,
): Float64Array {
  const outcomes: number[][] = [];
  const gameOf: number[] = [];
  for (let e = 0; e < outcome.length; e++) {
    const z = strategy[e]!;
    outcomes[z] ??= [];
    outcomes[z].push(outcome[e]!);
    gameOf[z] = game[e]!;
  }
  const reward = Float64Array.from(outcomes, (of) => topMean(of, topFraction));
  const all = Int32Array.from(outcomes, (_, z) => z);
  const each = new Uint8Array(all.length).fill(1);
  return normalize(reward, groupMoments(reward, Int32Array.from(gameOf), all, 'turn', each));
}

/** Mean of the ceil(fraction * n) largest of n values, at least one. */
export function topMean(values: readonly number[], fraction: number): number {
  // 0.7 * 10 is a little more than 7.
  const count = Math.max(1, Math.ceil(fraction * values.length - 1e-8));
  const best = values.toSorted((a, b) => b - a).slice(0, count);
  return best.reduce((sum, value) => sum + value, 0) / best.length;
}

/** (score - mean) / {@link divisorOf} the deviation in each group; a lone score gets 0. */
function normalize(score: Float64Array, { id, mean, deviation }: GroupMoments): Float64Array {
  return score.map((s, row) => {
    const g = id[row]!;
    return (s - mean[g]!) / divisorOf(deviation[g]!);
  });
}
