import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, FloatColumn, TurnBatch } from './batch.ts';
import { requireGroups } from './episode-scores.ts';
import { estimateGrpo } from './grpo.ts';
import { moments } from './normalize.ts';
import { orderRows } from './order.ts';
import { rampShare } from './ramp.ts';

/** Longest segment of a departure, its anchor included. */
const SEGMENT_LIMIT = 64;
/** Share of a trajectory's tokens whose entropy is too low to end a segment. */
const FRESH_QUANTILE = 0.8;

/** What a departure is, and how much it counts (defaults: spec/credit-methods.md 2.4). */
type GearOptions = Pick<CreditOptions, 'gearThreshold' | 'gearTemperature' | 'gearClip'>;

/**
 * Our reconstruction of GEAR (arXiv 2605.11853; its equations were not available, spec/credit-methods.md 2): the advantage A of
 * {@link estimateGrpo}, reweighted token by token by how far the policy is from a teacher, the same policy told the answer,
 *
 *   A_k = A ((1 - m) + m w_k),   w of {@link departureWeights} over the tokens of an episode, mean 1,
 *
 * with m rising from 0 to 1 over the first `gearRamp` iterations (0: m = 1). Signs stay, and so does the mean weight; with no
 * divergence anywhere this is GRPO. Rows hold the mean of their tokens; `rawAdvantage` is A.
 * Throws AppError `bad-input` without `batch.group`, `batch.tokens.divergence` or `batch.tokens.entropy`.
 */
export function estimateGearLike(batch: TurnBatch, options: CreditOptions = {}): Credit {
  requireGroups(batch, 'gear-like');
  const { offsets, divergence, entropy } = requireTeacher(batch);
  const force = rampShare(options.gearRamp, options.iteration);
  const plain = estimateGrpo(batch, options);
  const base = plain.advantage.low!;
  const { rows, starts, copies } = orderRows(batch);
  const raw = new Float64Array(divergence.length);
  const advantage = new Float64Array(divergence.length);
  const sums = {
    tokens: 0,
    divergence: 0,
    anchors: 0,
    covered: 0,
    weighed: 0,
    clipped: 0,
    weights: 0,
    squares: 0,
  };

  for (let e = 0; e + 1 < starts.length; e++) {
    const turns = rows.subarray(starts[e], starts[e + 1]);
    for (const row of turns) raw.fill(base[row]!, offsets[row], offsets[row + 1]);
    const { tokens, turnStarts } = inTime(turns, offsets);
    const d = pick(divergence, tokens);
    const segments = findDepartures(d, pick(entropy, tokens), turnStarts, options);
    const { weight, clipped } = departureWeights(d, segments, pick(raw, tokens), options);
    for (let k = 0; k < tokens.length; k++) {
      const j = tokens[k]!;
      const w = weight[k]!;
      advantage[j] = raw[j]! * (1 - force + force * w);
      sums.divergence += d[k]!;
      if (raw[j] === 0) continue;
      sums.weighed++;
      sums.clipped += clipped[k]!;
      sums.weights += w;
      sums.squares += w * w;
    }
    sums.tokens += tokens.length;
    sums.anchors += segments.length;
    for (const { start, end } of segments) sums.covered += end - start;
  }
  for (let i = 0; i < copies.length; i += 2) {
    const [to, from, end] = [offsets[copies[i]!]!, offsets[copies[i + 1]!]!, offsets[copies[i + 1]! + 1]!];
    for (const column of [raw, advantage]) column.copyWithin(to, from, end);
  }
  const ofTurns = base.map((a, row) => {
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    let sum = 0;
    for (let j = start; j < end; j++) sum += advantage[j]!;
    return end > start ? sum / (end - start) : a;
  });
  return {
    ...plain,
    advantage: { low: ofTurns, high: ofTurns, switch: ofTurns },
    tokens: { advantage, rawAdvantage: raw, target: null },
    statistics: {
      teacherDivergence: ratio(sums.divergence, sums.tokens),
      departureShare: ratio(sums.anchors, sums.tokens),
      departureLength: ratio(sums.covered, sums.anchors),
      weightsClipped: ratio(sums.clipped, sums.weighed),
      effectiveTokens: ratio(sums.weights ** 2, sums.weighed * sums.squares),
    },
  };
}

/** Tokens `start .. end` of a trajectory, the first of them the anchor. */
export interface Departure {
  start: number;
  end: number;
}

/**
 * Where a trajectory departs from its teacher: an anchor is a token with d > mean + gearThreshold * population deviation of the
 * trajectory; its segment grows until a token that is a decision of its own (entropy at or above `freshEntropy`, default: the
 * trajectory's 80 % quantile), the next anchor, the end of the turn, or 64 tokens.
 *
 * @param divergence, entropy one a token, in order of time; `turnStarts` [turns + 1] first token of each turn.
 */
export function findDepartures(
  divergence: FloatColumn,
  entropy: FloatColumn,
  turnStarts: ArrayLike<number>,
  { gearThreshold = 1 }: GearOptions = {},
  freshEntropy = quantile(entropy, FRESH_QUANTILE),
): Departure[] {
  const { mean, variance } = moments(divergence, null);
  const threshold = mean + gearThreshold * Math.sqrt(variance);
  const departures: Departure[] = [];
  for (let turn = 0; turn + 1 < turnStarts.length; turn++) {
    for (let start = turnStarts[turn]!; start < turnStarts[turn + 1]!; start++) {
      if (divergence[start]! <= threshold) continue;
      const limit = Math.min(turnStarts[turn + 1]!, start + SEGMENT_LIMIT);
      let end = start + 1;
      while (end < limit && divergence[end]! <= threshold && entropy[end]! < freshEntropy) end++;
      departures.push({ start, end });
    }
  }
  return departures;
}

/**
 * Weights of a trajectory's tokens, mean 1: w = clip(exp(-sign(A) (g - mean g) / gearTemperature), 1 - gearClip, 1 + gearClip),
 * renormalised, where g is the divergence of the token, or of the anchor of its segment. After success departures earn less,
 * after failure they are blamed more. `clipped` 1 = the weight was outside the range.
 */
export function departureWeights(
  divergence: FloatColumn,
  departures: readonly Departure[],
  advantage: FloatColumn,
  { gearTemperature = 1, gearClip = 0.28 }: GearOptions = {},
): { weight: Float64Array; clipped: Uint8Array } {
  const score = divergence.slice();
  for (const { start, end } of departures) score.fill(divergence[start]!, start, end);
  const { mean } = moments(score, null);
  const clipped = new Uint8Array(score.length);
  const weight = new Float64Array(score.length);
  for (let k = 0; k < score.length; k++) {
    const w = Math.exp((-Math.sign(advantage[k]!) * (score[k]! - mean)) / gearTemperature);
    weight[k] = Math.min(Math.max(w, 1 - gearClip), 1 + gearClip);
    clipped[k] = w === weight[k] ? 0 : 1;
  }
  const scale = moments(weight, null).mean;
  for (let k = 0; k < weight.length; k++) weight[k]! /= scale;
  return { weight, clipped };
}

/** Places of an episode's tokens in the ragged columns, in order of time, and where each turn begins among them. */
function inTime(turns: Int32Array, offsets: Int32Array): { tokens: Int32Array; turnStarts: Int32Array } {
  const turnStarts = new Int32Array(turns.length + 1);
  turns.forEach((row, t) => {
    turnStarts[t + 1] = turnStarts[t]! + offsets[row + 1]! - offsets[row]!;
  });
  const tokens = new Int32Array(turnStarts.at(-1)!);
  turns.forEach((row, t) => {
    for (let k = turnStarts[t]!, j = offsets[row]!; k < turnStarts[t + 1]!; k++, j++) tokens[k] = j;
  });
  return { tokens, turnStarts };
}

function pick(column: FloatColumn, places: Int32Array): Float64Array {
  const picked = new Float64Array(places.length);
  for (let k = 0; k < places.length; k++) picked[k] = column[places[k]!]!;
  return picked;
}

/** Undefined: of nothing. */
function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

/** Linear interpolation between order statistics. */
function quantile(values: FloatColumn, share: number): number {
  const sorted = values.slice().sort();
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}

function requireTeacher({ tokens }: TurnBatch): {
  offsets: Int32Array;
  divergence: FloatColumn;
  entropy: FloatColumn;
} {
  if (tokens?.divergence && tokens.entropy)
    return { offsets: tokens.offsets, divergence: tokens.divergence, entropy: tokens.entropy };
  throw new AppError(
    'bad-input',
    'gear-like needs batch.tokens.divergence and batch.tokens.entropy: what a teacher and the policy say of each token',
  );
}
