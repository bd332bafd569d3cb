import { clusterObservations, groupSteps, stepAdvantages } from './gigpo.ts';
import { type Comparison, responseMask } from './golden-compare.ts';
import { type GroupMoments, groupMoments, numberLabels } from './groups.ts';
import { normalizeInGroups, rewardBestOfGroup } from './grpo.ts';
import { whiten } from './normalize.ts';
import { orderRows } from './order.ts';
import { centreInGroups, tokenReturns } from './reinforce.ts';
import { leaveOneOut } from './rloo.ts';
import { discountedReturns } from './segments.ts';
import { broadcastToTokens } from './token-advantages.ts';
import { tokenGae } from './token-gae.ts';
import { estimateTurnGae } from './turn-gae.ts';

type Rows<T> = readonly (readonly T[])[];

/** One entry of a section of flat.json; which of the optional fields are there depends on the section. */
export interface FlatCase {
  id: string;
  gamma?: number;
  lam?: number;
  cfg?: {
    gamma?: number;
    norm_adv_by_std_in_grpo?: boolean;
    compute_mean_std_cross_steps?: boolean;
    mode?: 'mean_norm' | 'mean_std_norm';
    step_advantage_w?: number;
    enable_similarity?: boolean;
    similarity_thresh?: number;
    invalid_action_penalty_coef?: number;
  };
  in: {
    N: number;
    L: number;
    validLen: readonly number[];
    uid: readonly (string | number)[];
    trajUid: readonly (string | number)[];
    tokenLevelRewards: Rows<number>;
    turnIdx?: readonly number[];
    dones?: readonly number[];
    values?: Rows<number>;
    rewardBaselines?: readonly number[];
    stepEnvRewards?: readonly number[];
    isActionValid?: readonly number[];
    anchorObs?: readonly string[];
  };
  out: {
    advantages: Rows<number>;
    returns?: Rows<number>;
    stepDiscountedReturns?: readonly number[];
    stepRewardsAfterPenalty?: readonly number[];
    stepGroup?: readonly number[];
    episodeAdv?: readonly number[];
    stepAdv?: readonly number[];
  };
}

/** Sections of flat.json whose estimators exist. */
export const flatSections: Record<string, (golden: FlatCase, comparison: Comparison) => void> = {
  gae: checkTokenGae,
  turn_gae: checkTurnGae,
  grpo: (golden, comparison) =>
    checkScores(golden, comparison, (score, moments, cfg) =>
      normalizeInGroups(score, moments, cfg.norm_adv_by_std_in_grpo ?? true),
    ),
  rloo: (golden, comparison) => checkScores(golden, comparison, leaveOneOut),
  grpo_passk: (golden, comparison) =>
    checkScores(golden, comparison, (score, moments, cfg) =>
      rewardBestOfGroup(score, moments, cfg.norm_adv_by_std_in_grpo ?? true),
    ),
  reinforce_plus_plus_baseline: (golden, comparison) =>
    checkScores(golden, comparison, (score, moments) =>
      whiten(centreInGroups(score, moments), Float64Array.from(golden.in.validLen)),
    ),
  reinforce_plus_plus: checkReinforce,
  remax: checkRemax,
  gigpo: checkGigpo,
};

/** Estimators that turn the score of each row into its advantage by comparing it with its group. */
function checkScores(
  { in: input, out, cfg = {} }: FlatCase,
  comparison: Comparison,
  advantages: (score: Float64Array, moments: GroupMoments, cfg: NonNullable<FlatCase['cfg']>) => Float64Array,
): void {
  const score = sumRows(input.tokenLevelRewards);
  const statistic = cfg.compute_mean_std_cross_steps === false ? 'episode' : 'turn';
  const everyRow = new Uint8Array(input.N).fill(1);
  const moments = groupMoments(
    score,
    numberLabels(input.uid),
    numberLabels(input.trajUid),
    statistic,
    everyRow,
  );
  compareRows(input, out.advantages, advantages(score, moments, cfg), comparison);
}

function checkReinforce({ in: input, out, gamma }: FlatCase, comparison: Comparison): void {
  const mask = responseMask(input.validLen, input.L);
  const returns = tokenReturns(input.tokenLevelRewards.flat(), mask, input.L, gamma ?? 1);
  comparison.matrix('returns', returns, out.returns, mask);
  comparison.matrix('advantages', whiten(returns, mask), out.advantages, mask);
}

function checkRemax({ in: input, out }: FlatCase, comparison: Comparison): void {
  const mask = responseMask(input.validLen, input.L);
  const returns = tokenReturns(input.tokenLevelRewards.flat(), mask, input.L, 1);
  comparison.matrix('returns', returns, out.returns, mask);
  const baselines = input.rewardBaselines ?? [];
  const advantage = returns.map((value, i) => value - (baselines[Math.floor(i / input.L)] ?? 0));
  comparison.matrix('advantages', advantage, out.advantages, mask);
}

/** Rows stand in the order of their trajectories. */
function checkGigpo({ in: input, out, cfg = {} }: FlatCase, comparison: Comparison): void {
  const { gamma = 0.95, mode, step_advantage_w = 1, invalid_action_penalty_coef = 0.1 } = cfg;
  const divide = mode === 'mean_std_norm';
  const group = numberLabels(input.uid);
  const episode = numberLabels(input.trajUid);
  const everyRow = new Uint8Array(input.N).fill(1);
  const batch = {
    episode,
    turn: Int32Array.from({ length: input.N }, (_, row) => row),
    reward: Float64Array.from(input.stepEnvRewards ?? []),
    done: new Uint8Array(input.N),
    switched: new Uint8Array(input.N),
    valid: Uint8Array.from(input.isActionValid ?? everyRow),
    values: {},
  };
  const discounted = discountedReturns(batch.reward, batch.done, orderRows(batch), gamma);
  comparison.vector('stepDiscountedReturns', discounted, out.stepDiscountedReturns);
  const stepReturn = discounted.map((g, row) => g - (batch.valid[row] ? 0 : invalid_action_penalty_coef));
  comparison.vector('stepRewardsAfterPenalty', stepReturn, out.stepRewardsAfterPenalty);

  const observations = input.anchorObs ?? [];
  const anchor = cfg.enable_similarity
    ? clusterObservations(group, observations, cfg.similarity_thresh ?? 0.95)
    : numberLabels(observations);
  const stepGroup = groupSteps(group, anchor);
  // The labels of a partition may differ; compare who is with whom.
  comparison.vector('stepGroup', stepGroup, out.stepGroup && Array.from(numberLabels(out.stepGroup)));
  const score = sumRows(input.tokenLevelRewards);
  const episodeAdvantage = normalizeInGroups(
    score,
    groupMoments(score, group, episode, 'turn', everyRow),
    divide,
  );
  const stepAdvantage = stepAdvantages(stepReturn, stepGroup, everyRow, divide);
  comparison.vector('episodeAdv', episodeAdvantage, out.episodeAdv);
  comparison.vector('stepAdv', stepAdvantage, out.stepAdv);
  const advantage = episodeAdvantage.map((a, row) => a + step_advantage_w * stepAdvantage[row]!);
  compareRows(input, out.advantages, advantage, comparison);
}

function sumRows(rewards: Rows<number>): Float64Array {
  return Float64Array.from(rewards, (row) => row.reduce((sum, reward) => sum + reward, 0));
}

/** One advantage a row against the same on all of its response tokens. */
function compareRows(
  input: FlatCase['in'],
  expected: Rows<number>,
  advantage: Float64Array,
  comparison: Comparison,
): void {
  const tokens = Float64Array.from(responseMask(input.validLen, input.L), (flag, i) =>
    flag ? advantage[Math.floor(i / input.L)]! : 0,
  );
  comparison.matrix('advantages', tokens, expected);
}

/** The recursion of the reference runs over the padding too, so rows are given at full width. */
function checkTokenGae({ in: input, out, gamma, lam }: FlatCase, comparison: Comparison): void {
  const { N: rows, L: width } = input;
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * width);
  const values = input.values?.flat() ?? [];
  const { advantage, target } = tokenGae(
    input.tokenLevelRewards.flat(),
    values,
    offsets,
    gamma ?? 1,
    lam ?? 1,
  );
  const response = responseMask(input.validLen, width);
  comparison.matrix('advantages', whiten(advantage, response), out.advantages, response);
  comparison.matrix('returns', target, out.returns, response);
}

function checkTurnGae({ in: input, out, gamma, lam }: FlatCase, comparison: Comparison): void {
  const { N: rows, L: width } = input;
  const credit = estimateTurnGae(
    {
      episode: numberLabels(input.trajUid),
      turn: Int32Array.from(input.turnIdx ?? []),
      reward: Float64Array.from(input.tokenLevelRewards, (row) =>
        row.reduce((sum, reward) => sum + reward, 0),
      ),
      done: Uint8Array.from(input.dones ?? []),
      switched: new Uint8Array(rows),
      valid: new Uint8Array(rows).fill(1),
      values: { low: Float64Array.from(input.values ?? [], (row) => row[0]!) },
    },
    { gamma, lamFlat: lam, compat: true },
  );
  const response = responseMask(input.validLen, width);
  const tokens = broadcastToTokens(credit, { rows, width, response });
  comparison.matrix('advantages', tokens.advantage, out.advantages);
  const targets = broadcastToTokens(
    { ...credit, advantage: { ...credit.advantage, low: credit.target.low } },
    {
      rows,
      width,
      response,
    },
  );
  comparison.matrix('returns', targets.advantage, out.returns);
}
