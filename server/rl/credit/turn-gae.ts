import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, TurnBatch } from './batch.ts';
import { flatCredit } from './flat-credit.ts';
import { whiten } from './normalize.ts';
import { checkColumns, fillCopies, flagRows, orderRows, spokenRows, zeroUnless } from './order.ts';
import { discountedReturns } from './segments.ts';
import { shapeRewards } from './shaping.ts';

/**
 * Turn-level GAE (spec/hae.md 4, `turn_gae` of the reference; the turn as action, as in Turn-PPO, arXiv 2512.17008):
 *
 *   A(t) = r_t + gamma V(t+1) - V(t) + gamma lamFlat A(t+1)
 *
 * with 0 in place of what follows a terminal turn and the last turn of a truncated episode, and for V of a turn without tokens. One value a turn, in
 * `values.low`, read before the first response token. One advantage a turn, for all of its tokens, whitened over turns.
 * Critic target: raw A + V. Throws AppError `bad-input` without `values.low`.
 */
export function estimateTurnGae(batch: TurnBatch, options: CreditOptions = {}): Credit {
  checkColumns(batch);
  const { gamma = 1, lamFlat = 0.95, normalizeAdvantages = true } = options;
  const value = batch.values.low;
  if (!value) throw new AppError('bad-input', 'turn-gae needs batch.values.low: one value a turn');
  const { done } = batch;
  const spoken = spokenRows(batch, options.compat);
  const old = zeroUnless(value, spoken);
  const order = orderRows(batch);
  const { rows, starts } = order;
  const shapedReward = shapeRewards(batch, order, options);
  const raw = new Float64Array(shapedReward.length);
  const target = new Float64Array(raw.length);
  for (let e = 0; e + 1 < starts.length; e++) {
    let nextValue = 0;
    let carry = 0;
    for (let i = starts[e + 1]! - 1; i >= starts[e]!; i--) {
      const row = rows[i]!;
      const discount = done[row] ? 0 : gamma;
      const v = old[row]!;
      carry = shapedReward[row]! + discount * nextValue - v + discount * lamFlat * carry;
      raw[row] = carry;
      target[row] = carry + v;
      nextValue = v;
    }
  }
  const defined = zeroUnless(flagRows(order, raw.length), spoken);
  fillCopies(order, [raw]);
  // The reference de-duplicates the recursion, but whitens over copies as well.
  const advantage = normalizeAdvantages ? whiten(raw, options.compat ? null : defined) : raw;
  const monteCarlo = discountedReturns(shapedReward, done, order, gamma);
  fillCopies(order, new Set([raw, target, advantage, monteCarlo, shapedReward, defined]));
  return flatCredit(batch, order, { raw, advantage, target, defined, monteCarlo, shapedReward });
}
