import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, FloatColumn, TurnBatch } from './batch.ts';
import { type EpisodeScores, scoreEpisodes, tokenWeights } from './episode-scores.ts';
import { flatCredit } from './flat-credit.ts';
import { whiten } from './normalize.ts';
import { fillCopies } from './order.ts';

/**
 * GAE over the tokens of each response alone (the reference's PPO, spec/hae.md 4): response n holds entries
 * `offsets[n] .. offsets[n + 1]` of the ragged columns,
 *
 *   A_j = rew_j + gamma V_{j+1} - V_j + gamma lam A_{j+1},   V and A behind the last entry 0.
 *
 * Returns raw advantages and targets A + V, laid out as the input.
 */
export function tokenGae(
  reward: ArrayLike<number>,
  value: ArrayLike<number>,
  offsets: ArrayLike<number>,
  gamma: number,
  lam: number,
): { advantage: Float64Array; target: Float64Array } {
  const advantage = new Float64Array(reward.length);
  const target = new Float64Array(reward.length);
  for (let n = 0; n + 1 < offsets.length; n++) {
    let carry = 0;
    let nextValue = 0;
    for (let j = offsets[n + 1]! - 1; j >= offsets[n]!; j--) {
      const v = value[j]!;
      carry = reward[j]! + gamma * nextValue - v + gamma * lam * carry;
      advantage[j] = carry;
      target[j] = carry + v;
      nextValue = v;
    }
  }
  return { advantage, target };
}

/**
 * The reference's flat PPO: the undiscounted return of the whole episode stands as reward on the last token of every turn,
 * less that turn's own penalties, and {@link tokenGae} runs inside each turn; nothing is bootstrapped or discounted across
 * turns. Advantages are whitened over tokens.
 *
 * With `tokens.value` the critic is token-level: results per token in `credit.tokens`, the columns of the levels hold the
 * first token's. Without, there is one value a turn in `values.low`, which makes the response one long token:
 * A = episode return - V(turn), whatever gamma and lamFlat are. The same for a token-level critic with gamma = lamFlat = 1,
 * token by token. `tokens.offsets` alone weighs turns by their length in the whitening.
 * Throws AppError `bad-input` without either kind of values.
 */
export function estimateTokenGae(batch: TurnBatch, options: CreditOptions = {}): Credit {
  const scores = scoreEpisodes(batch, options);
  if (batch.tokens?.value)
    return estimateTokens(batch, batch.tokens.offsets, batch.tokens.value, scores, options);
  const value = batch.values.low;
  if (!value) {
    throw new AppError(
      'bad-input',
      'token-gae needs batch.values.low (one value a turn) or batch.tokens.value',
    );
  }
  const { order, score, shapedReward, counted, defined } = scores;
  const raw = new Float64Array(score.length);
  for (let row = 0; row < raw.length; row++) raw[row] = score[row]! - value[row]!;
  fillCopies(order, [raw]);
  const advantage = options.normalizeAdvantages === false ? raw : whiten(raw, tokenWeights(batch, counted));
  return flatCredit(batch, order, {
    raw,
    advantage,
    target: score,
    defined,
    monteCarlo: score,
    shapedReward,
  });
}

/** Token-level critic. Copies get their own, equal, token results; only the statistics leave them out. */
function estimateTokens(
  batch: TurnBatch,
  offsets: Int32Array,
  value: FloatColumn,
  { order, score, shapedReward, counted }: EpisodeScores,
  options: CreditOptions,
): Credit {
  const { gamma = 1, lamFlat = 1, normalizeAdvantages = true } = options;
  const reward = new Float64Array(value.length);
  const weights = new Uint8Array(value.length);
  const defined = new Uint8Array(score.length);
  for (let row = 0; row < score.length; row++) {
    const start = offsets[row]!;
    const end = offsets[row + 1]!;
    if (end === start) continue;
    defined[row] = 1;
    reward[end - 1] = score[row]!;
    if (counted[row]) weights.fill(1, start, end);
  }
  const { advantage: raw, target } = tokenGae(reward, value, offsets, gamma, lamFlat);
  const advantage = normalizeAdvantages ? whiten(raw, weights) : raw;
  const columns = {
    raw: firstTokens(raw, offsets),
    advantage: firstTokens(advantage, offsets),
    target: firstTokens(target, offsets),
  };
  const credit = flatCredit(batch, order, { ...columns, defined, monteCarlo: score, shapedReward });
  return { ...credit, tokens: { advantage, rawAdvantage: raw, target } };
}

function firstTokens(column: Float64Array, offsets: Int32Array): Float64Array {
  const first = new Float64Array(offsets.length - 1);
  for (let row = 0; row < first.length; row++) {
    if (offsets[row + 1]! > offsets[row]!) first[row] = column[offsets[row]!]!;
  }
  return first;
}
