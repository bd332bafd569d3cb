import type { CreditOptions, FloatColumn, TokenLists } from './batch.ts';
import { type Comparison, flattenMask, responseMask } from './golden-compare.ts';
import { numberLabels } from './groups.ts';
import { estimateHae } from './hae.ts';
import { assignToTokens, type Blocks, maskLevels, readTurnValues, trainedRows } from './token-advantages.ts';

type Rows<T> = readonly (readonly T[])[];

/** One entry of `cases` in hae.json. */
export interface HaeCase {
  id: string;
  group: string;
  cfg: {
    gamma: number;
    lam_turn: number;
    lam_seg: number;
    norm_adv: boolean;
    bootstrap_truncated: boolean;
    keep_penalty: number;
    keep_penalty_mode: 'fixed' | 'normalized';
    invalid_action_penalty_coef: number;
    keep_consistency_penalty: number;
    keep_consistency_requires_both: boolean;
    assign_high_to_switch: boolean;
    assign_high_to_subgoal: boolean;
    assign_term_to_switch: boolean;
  };
  N: number;
  L: number;
  in: {
    trajUid: readonly (string | number)[];
    turnIdx: readonly number[];
    dones: readonly number[];
    switch: readonly number[];
    rewards: readonly number[];
    isActionValid: readonly number[];
    validLen: readonly number[];
    responses: Rows<number>;
    valueLow: Rows<number>;
    valueHigh: Rows<number> | null;
    valueTerm: Rows<number> | null;
    valueMaskLow: readonly string[] | null;
    valueMaskHigh: readonly string[] | null;
    valueMaskTerm: readonly string[] | null;
    actionMask: readonly string[] | null;
    subgoalMask: readonly string[] | null;
    switchMask: readonly string[] | null;
  };
  out: {
    shapedReward: readonly number[];
    boundary: readonly number[];
    loMask: readonly string[];
    hiMask: readonly string[];
    termMask: readonly string[];
  } & Partial<Record<PerTurn, readonly (number | null)[] | null>> &
    Partial<Record<PerToken, Rows<number> | null>>;
}

type PerTurn = 'rawAdvLow' | 'rawAdvHigh' | 'rawAdvTerm' | 'retLow' | 'retHigh' | 'retTerm';
type PerToken = 'advantages' | `${'advantages' | 'returns'}${'Low' | 'High' | 'Term'}`;

/** Recomputes one HAE case, with the reference's treatment of copied rows, and compares everything recorded. */
export function checkHaeCase(golden: HaeCase, comparison: Comparison): void {
  const { in: input, out, L: width, N: rows } = golden;
  const flags = (mask: readonly string[] | null) => mask && flattenMask(mask);
  const blocks: Blocks = {
    rows,
    width,
    response: responseMask(input.validLen, width),
    action: flags(input.actionMask),
    subgoal: flags(input.subgoalMask),
    switch: flags(input.switchMask),
  };
  const assign = {
    assignHighToSwitch: golden.cfg.assign_high_to_switch,
    assignHighToSubgoal: golden.cfg.assign_high_to_subgoal,
    assignSwitchToSwitch: golden.cfg.assign_term_to_switch,
  };
  const read = (values: Rows<number> | null, mask: readonly string[] | null): FloatColumn | undefined =>
    values ? readTurnValues(Float64Array.from(values.flat()), flags(mask), input.validLen, width) : undefined;
  const credit = estimateHae(
    {
      episode: numberLabels(input.trajUid),
      turn: Int32Array.from(input.turnIdx),
      reward: Float64Array.from(input.rewards),
      done: Uint8Array.from(input.dones),
      switched: Uint8Array.from(input.switch),
      valid: Uint8Array.from(input.isActionValid),
      values: {
        low: read(input.valueLow, input.valueMaskLow),
        high: read(input.valueHigh, input.valueMaskHigh),
        switch: read(input.valueTerm, input.valueMaskTerm),
      },
      subgoal: subgoalTokens(input.responses, blocks),
      trained: trainedRows(maskLevels(blocks, null, assign), rows, width),
    },
    readOptions(golden.cfg, blocks),
  );

  comparison.vector('shapedReward', credit.shapedReward, out.shapedReward);
  comparison.vector('boundary', credit.boundary, out.boundary);
  const tokens = assignToTokens(credit, blocks, assign);
  comparison.matrix('advantages', tokens.advantage, out.advantages);
  for (const [level, name, mask] of [
    ['low', 'Low', input.valueMaskLow],
    ['high', 'High', input.valueMaskHigh],
    ['switch', 'Term', input.valueMaskTerm],
  ] as const) {
    const target = credit.target[level] ?? new Float64Array(rows);
    comparison.vector(`rawAdv${name}`, credit.rawAdvantage[level] ?? [], out[`rawAdv${name}`]);
    comparison.vector(`ret${name}`, target, out[`ret${name}`]);
    comparison.matrix(`advantages${name}`, tokens.level[level], out[`advantages${name}`]);
    const positions = mask ? flattenMask(mask) : new Uint8Array(rows * width);
    const returns = Float64Array.from(positions, (flag, i) =>
      flag && blocks.response[i] ? target[Math.floor(i / width)]! : 0,
    );
    comparison.matrix(`returns${name}`, returns, out[`returns${name}`]);
  }
  comparison.mask('loMask', tokens.mask.low, out.loMask);
  comparison.mask('hiMask', tokens.mask.high, out.hiMask);
  comparison.mask('termMask', tokens.mask.switch, out.termMask);
}

function readOptions(cfg: HaeCase['cfg'], blocks: Blocks): CreditOptions {
  return {
    gamma: cfg.gamma,
    lamTurn: cfg.lam_turn,
    lamSeg: cfg.lam_seg,
    normalizeAdvantages: cfg.norm_adv,
    bootstrapTruncated: cfg.bootstrap_truncated,
    keepPenalty: cfg.keep_penalty,
    keepPenaltyMode: cfg.keep_penalty_mode,
    invalidActionPenalty: cfg.invalid_action_penalty_coef,
    // Without a sub-goal mask the reference skips the comparison.
    consistencyPenalty: blocks.subgoal ? cfg.keep_consistency_penalty : 0,
    consistencyRequiresBoth: cfg.keep_consistency_requires_both,
    compat: true,
  };
}

function subgoalTokens(responses: Rows<number>, blocks: Blocks): TokenLists {
  const ids: number[] = [];
  const offsets = [0];
  responses.forEach((response, row) => {
    response.forEach((id, j) => {
      const i = row * blocks.width + j;
      if (blocks.response[i] && blocks.subgoal?.[i]) ids.push(id);
    });
    offsets.push(ids.length);
  });
  return { offsets: Int32Array.from(offsets), ids: Int32Array.from(ids) };
}
