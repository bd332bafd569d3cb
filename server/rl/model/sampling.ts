import { AppError } from '../../contract/error.ts';
import { findNucleusEnd } from './nucleus.ts';
import type { TokenIds } from './token-ids.ts';

/** A draw from a distribution over tokens. */
interface DrawnToken {
  id: number;
  /** Log-probability of the token under the constrained, tempered, truncated distribution it was drawn from. */
  logProbability: number;
  /** Entropy of that distribution, nats. */
  entropy: number;
}

export interface Draw extends DrawnToken {
  /** The tokens with probability above 0: `allowed` itself unless top-p cut some off. */
  support: TokenIds;
}

export interface FreeDraw extends DrawnToken {
  /** The tokens with probability above 0; null: all there are, top-p cut none off. */
  support: TokenIds | null;
}

let scratch = new Float64Array(256);

/**
 * Draws one of the allowed tokens. Temperature 0 takes the likeliest (first of equals), with log-probability 0.
 * `uniform` in [0, 1) decides the draw; `logits` starts at `offset`.
 * Throws AppError `not-finite` when an allowed token's logit is not finite: nothing could be drawn by it.
 */
export function sampleAllowed(
  logits: Float32Array,
  offset: number,
  allowed: TokenIds,
  uniform: number,
  temperature: number,
  topP: number,
): Draw {
  const count = allowed.length;
  requireFinite(logits, offset, allowed);
  if (count === 1) return { id: allowed[0] as number, logProbability: 0, entropy: 0, support: allowed };
  if (scratch.length < count) scratch = new Float64Array(2 * count);
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const logit = logits[offset + (allowed[i] as number)] as number;
    scratch[i] = logit;
    if (logit > highest) {
      highest = logit;
      best = i;
    }
  }
  if (temperature === 0) {
    const support = allowed.slice(best, best + 1);
    return { id: support[0] as number, logProbability: 0, entropy: 0, support };
  }
  let total = 0;
  for (let i = 0; i < count; i++) {
    const weight = Math.exp(((scratch[i] as number) - highest) / temperature);
    scratch[i] = weight;
    total += weight;
  }
  if (topP < 1) {
    const kept = nucleus(allowed, total, topP);
    if (kept.length < count) return sampleAllowed(logits, offset, kept, uniform, temperature, 1);
  }
  let rest = uniform * total;
  let chosen = count - 1;
  let entropy = 0;
  let found = false;
  for (let i = 0; i < count; i++) {
    const weight = scratch[i] as number;
    if (weight > 0) entropy -= (weight / total) * Math.log(weight / total);
    if (!found && rest < weight) {
      chosen = i;
      found = true;
    }
    rest -= weight;
  }
  const logProbability = Math.log((scratch[chosen] as number) / total);
  return { id: allowed[chosen] as number, logProbability, entropy, support: allowed };
}

function requireFinite(logits: Float32Array, offset: number, allowed: TokenIds): void {
  for (let i = 0; i < allowed.length; i++) {
    const logit = logits[offset + (allowed[i] as number)] as number;
    if (!Number.isFinite(logit)) throw notFinite(allowed[i] as number, logit);
  }
}

function notFinite(id: number, logit: number): AppError {
  return new AppError('not-finite', `the model's logit of token ${id} is ${logit}`);
}

/** Probabilities of the ids of a draw's `support`, in its order, at the temperature it was drawn with (above 0). */
export function supportProbabilities(
  logits: Float32Array,
  offset: number,
  support: TokenIds,
  temperature: number,
): number[] {
  const scaled = Array.from(support, (id) => (logits[offset + id] as number) / temperature);
  const highest = Math.max(...scaled);
  const weights = scaled.map((x) => Math.exp(x - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The fewest likeliest tokens that together reach probability `topP`, in their former order. Reads `scratch`. */
function nucleus(allowed: TokenIds, total: number, topP: number): TokenIds {
  const order = Array.from(allowed, (_, index) => index);
  order.sort((a, b) => (scratch[b] as number) - (scratch[a] as number) || a - b);
  let mass = 0;
  let taken = 0;
  while (taken < order.length && mass < topP * total) mass += scratch[order[taken++] as number] as number;
  const kept = new Set(order.slice(0, taken));
  return allowed.filter((_, index) => kept.has(index));
}

/**
 * As `sampleAllowed` where every token is allowed, without a list of them and without sorting it: two passes over the vocabulary, and
 * with top-p a few more. `logits [vocabulary]`, of one row.
 */
export function sampleAll(
  logits: Float32Array,
  uniform: number,
  temperature: number,
  topP: number,
): FreeDraw {
  const count = logits.length;
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < count; id++) {
    const logit = logits[id] as number;
    if (!Number.isFinite(logit)) throw notFinite(id, logit);
    if (logit > highest) {
      highest = logit;
      best = id;
    }
  }
  if (temperature === 0) return { id: best, logProbability: 0, entropy: 0, support: Uint32Array.of(best) };
  if (scratch.length < count) scratch = new Float64Array(count);
  const weights = scratch;
  let total = 0;
  let heat = 0; // of the logits below the highest, in units of the temperature
  for (let id = 0; id < count; id++) {
    const scaled = ((logits[id] as number) - highest) / temperature;
    const weight = Math.exp(scaled);
    weights[id] = weight;
    total += weight;
    heat += weight * scaled;
  }
  let support: TokenIds | null = null;
  if (topP < 1) {
    const end = findNucleusEnd(logits, weights, topP * total);
    let size = 0;
    total = 0;
    heat = 0;
    for (let id = 0; id < count; id++) {
      const logit = logits[id] as number;
      if (logit < end.logit || (logit === end.logit && id > end.id)) weights[id] = -1;
      else {
        size++;
        total += weights[id] as number;
        heat += ((weights[id] as number) * (logit - highest)) / temperature;
      }
    }
    if (size < count) support = new Uint32Array(size);
  }
  let rest = uniform * total;
  let chosen = -1;
  let place = 0;
  for (let id = 0; id < count; id++) {
    const weight = weights[id] as number;
    if (weight < 0) continue;
    if (support) support[place++] = id;
    if (rest >= 0) chosen = id;
    rest -= weight;
    if (rest < 0 && !support) break;
  }
  const logTotal = Math.log(total);
  return {
    id: chosen,
    logProbability: ((logits[chosen] as number) - highest) / temperature - logTotal,
    entropy: logTotal - heat / total,
    support,
  };
}
