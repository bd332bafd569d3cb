import { AppError } from '../../contract/error.ts';
import type { Credit, CreditOptions, FlagColumn, FloatColumn, TurnBatch } from './batch.ts';
import { normalizeLevel } from './normalize.ts';
import {
  checkColumns,
  type EpisodeOrder,
  fillCopies,
  flagRows,
  orderRows,
  spokenRows,
  zeroUnless,
} from './order.ts';
import { rampShare } from './ramp.ts';
import { discountedReturns, findSegments } from './segments.ts';
import { shapeRewards } from './shaping.ts';

/**
 * Hierarchical Advantage Estimation (HiPER, arXiv 2602.16165; spec/hae.md 2): GAE over turns inside a segment for the
 * action, GAE over segments for the sub-goal, return to the segment's end for the switch.
 *
 * With e the last turn of a segment, b' the first of the next, d the length of a segment and R its discounted reward:
 *
 *   A_low(t)  = r_t + gamma V_low(t+1) - V_low(t) + gamma lamTurn A_low(t+1)          inside a segment
 *   A_low(e)  = r_e + gamma (V_high(b') + kappa A_high(b')) - V_low(e)                 at its end
 *   A_high(b) = R + gamma^d V_high(b') - V_high(b) + gamma^d lamSeg A_high(b')         on boundary turns
 *   A_switch(t) = G_t - V_switch(t),  G_t = r_t + gamma G_{t+1},  G_{e+1} = V_high(b') + kappa A_high(b')
 *
 * With `switchCredit: 'gain'` (the paper's two-head form, spec/hae.md 2.11) the switch is credited by what switching gains,
 * q = 1 on SWITCH and beta = P(SWITCH):
 *
 *   A_switch(t) = (q_t - beta_t) (V_high(t) - V_low(t, old sub-goal))                  0 on the first turn
 *
 * and 0 in place of what follows a terminal turn and for the values of a turn without tokens. kappa = 0 is the published
 * estimator; kappa > 0 lets the action and the switch see the outcome beyond the boundary, not only through the critic.
 * `kappaRamp` lets it grow over the first iterations.
 *
 * Heads: `values.low` and `high` and `switch` (3), without `switch` (2: the switch level is null), `low` alone (1: V_high
 * is V_low, read at the low position). Throws AppError `bad-input` without `values.low`, or for the gain without
 * `keepValue` and `switchProbability`.
 */
export function estimateHae(batch: TurnBatch, options: CreditOptions = {}): Credit {
  checkColumns(batch);
  const order = orderRows(batch, options.compat);
  const shapedReward = shapeRewards(batch, order, options);
  const { boundary, segments } = findSegments(batch, order);
  const spoken = spokenRows(batch, options.compat);
  const values = zeroValues(batch.values, spoken);
  const raw = estimateLevels({ ...batch, values }, order, boundary, shapedReward, options);
  if (options.switchCredit === 'gain') {
    raw.switch = switchingGains({ ...batch, values }, order);
    raw.target.switch = null;
  }
  for (const column of [raw.low, raw.high, raw.switch, ...Object.values(raw.target)])
    if (column && spoken) column.set(zeroUnless(column, spoken));

  const everyRow = zeroUnless(flagRows(order, batch.episode.length), spoken);
  const boundaryRows = zeroUnless(boundary, spoken);
  const defined = { low: everyRow, high: boundaryRows, switch: raw.switch ? everyRow : null };
  const { low, high, switch: switches } = raw;
  const normalize = options.normalizeAdvantages ?? true;
  const final = (level: Float64Array, rows: FlagColumn, trained: FlagColumn | undefined) =>
    normalize ? normalizeLevel(level, trained ? intersect(rows, trained) : rows) : level;
  const credit: Credit = {
    advantage: {
      low: final(low, everyRow, batch.trained?.low),
      high: final(high, boundaryRows, batch.trained?.high),
      switch: switches && final(switches, everyRow, batch.trained?.switch),
    },
    rawAdvantage: { low, high, switch: switches },
    defined,
    target: raw.target,
    targetDefined: { ...defined, switch: raw.target.switch && everyRow },
    monteCarlo: discountedReturns(shapedReward, batch.done, order, options.gamma ?? 1),
    shapedReward,
    boundary,
    segments,
  };
  const { advantage, target, monteCarlo } = credit;
  fillCopies(order, new Set([low, high, switches, ...Object.values(advantage), ...Object.values(target)]));
  fillCopies(order, new Set([monteCarlo, shapedReward, boundary, everyRow, boundaryRows]));
  return credit;
}

interface LevelEstimates {
  low: Float64Array;
  high: Float64Array;
  switch: Float64Array | null;
  target: { low: Float64Array; high: Float64Array; switch: Float64Array | null };
}

/** One backward pass over the turns of every episode; the high level of a segment is ready before the one in front of it. */
function estimateLevels(
  batch: TurnBatch,
  order: EpisodeOrder,
  boundary: FlagColumn,
  reward: Float64Array,
  options: CreditOptions,
): LevelEstimates {
  const { gamma = 1, lamTurn = 1, lamSeg = 0.95, bootstrapTruncated = false } = options;
  const kappa = (options.kappa ?? 0) * rampShare(options.kappaRamp, options.iteration);
  const { done } = batch;
  const { rows, starts } = order;
  const n = reward.length;
  const valueLow = batch.values.low;
  if (!valueLow)
    throw new AppError('bad-input', 'hae needs batch.values.low: the values of the low head, one a row');
  const valueHigh: FloatColumn = batch.values.high ?? valueLow;
  const valueSwitch = batch.values.switch;
  const low = new Float64Array(n);
  const high = new Float64Array(n);
  const switches = valueSwitch ? new Float64Array(n) : null;
  const target = {
    low: new Float64Array(n),
    high: new Float64Array(n),
    switch: valueSwitch ? new Float64Array(n) : null,
  };

  for (let e = 0; e + 1 < starts.length; e++) {
    const first = starts[e]!;
    const end = starts[e + 1]!;
    let nextHigh = 0; // A_high at the next boundary
    let nextValue = 0; // V_high at the next boundary
    let segmentDone = false;
    let boot = 0; // boot_k of spec 2.5
    let segmentReward = 0;
    let discount = 1; // gamma^(turns of the segment so far)
    let toSegmentEnd = 0; // G_{t+1}
    let carry = 0; // A_low(t+1) in the same segment
    for (let i = end - 1; i >= first; i--) {
      const row = rows[i]!;
      const r = reward[row]!;
      const value = valueLow[row]!;
      const live = done[row] ? 0 : 1;
      let nextLow: number;
      if (i === end - 1 || boundary[rows[i + 1]!]) {
        const last = i === end - 1;
        segmentDone = live === 0;
        if (segmentDone) boot = 0;
        else if (!last) boot = nextValue;
        // The reference bootstraps a truncated episode from values it has already seen, not from the state after it.
        else boot = bootstrapTruncated ? valueHigh[rows[segmentStart(i, rows, boundary)]!]! : 0;
        const trace = segmentDone || last ? 0 : kappa * nextHigh;
        nextLow = last ? (bootstrapTruncated ? value : 0) : nextValue + trace;
        toSegmentEnd = boot + trace;
        segmentReward = 0;
        discount = 1;
        carry = 0;
      } else {
        nextLow = valueLow[rows[i + 1]!]!;
      }
      carry = r + gamma * live * nextLow - value + gamma * lamTurn * live * carry;
      low[row] = carry;
      target.low[row] = carry + value;
      segmentReward = r + gamma * segmentReward;
      discount *= gamma;
      toSegmentEnd = r + gamma * toSegmentEnd;
      if (switches && target.switch && valueSwitch) {
        switches[row] = toSegmentEnd - valueSwitch[row]!;
        target.switch[row] = toSegmentEnd;
      }
      if (boundary[row]) {
        nextValue = valueHigh[row]!;
        const carried = segmentDone ? 0 : discount * lamSeg * nextHigh;
        nextHigh = segmentReward + discount * boot - nextValue + carried;
        high[row] = nextHigh;
        target.high[row] = nextHigh + nextValue;
      }
    }
  }
  return { low, high, switch: switches, target };
}

/** Values with 0 for turns without tokens. */
function zeroValues(values: TurnBatch['values'], spoken: FlagColumn | null): TurnBatch['values'] {
  const zeroed = (column: FloatColumn | undefined) => column && zeroUnless(column, spoken);
  return { low: zeroed(values.low), high: zeroed(values.high), switch: zeroed(values.switch) };
}

/** (q - beta) (V_high - V_low under the old sub-goal) of every turn; 0 on first turns, which have no sub-goal to keep. */
function switchingGains(batch: TurnBatch, { rows, starts }: EpisodeOrder): Float64Array {
  const { switched, keepValue, switchProbability } = batch;
  if (!keepValue || !switchProbability)
    throw new AppError('bad-input', 'switchCredit gain needs batch.keepValue and batch.switchProbability');
  const high = batch.values.high ?? (batch.values.low as FloatColumn);
  const gains = new Float64Array(switched.length);
  for (let e = 0; e + 1 < starts.length; e++)
    for (let i = starts[e]! + 1; i < starts[e + 1]!; i++) {
      const row = rows[i]!;
      gains[row] = (switched[row]! - switchProbability[row]!) * (high[row]! - keepValue[row]!);
    }
  return gains;
}

/** Position of the first turn of the segment that `position` is in. */
function segmentStart(position: number, rows: Int32Array, boundary: FlagColumn): number {
  while (!boundary[rows[position]!]) position--;
  return position;
}

function intersect(a: FlagColumn, b: FlagColumn): FlagColumn {
  return a.map((flag, row) => (flag && b[row] ? 1 : 0));
}
