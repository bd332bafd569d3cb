import { LEVELS } from '../../../contract/metrics.ts';
import { zeroGroupShare } from '../../credit/groups.ts';
import type { Totals } from '../checkpoint/totals.ts';
import type { CreditedBatch } from '../credit/credit.ts';
import type { Lap } from '../io/stopwatch.ts';
import type { UpdateSums } from '../learn/learn.ts';
import type { Episode, Played, PlayedTurn } from '../play/episodes.ts';
import type { StrategyDiversity } from '../play/strategies.ts';

export interface IterationFacts {
  played: Played;
  /** Null: games are played without strategies. */
  diversity: StrategyDiversity | null;
  credited: CreditedBatch;
  /** Whether the estimator compares episodes of a game. */
  comparesGames: boolean;
  /** Whether responses are free text. */
  isFree: boolean;
  /** Whether the environment is on another server, where episodes may break. */
  isElsewhere: boolean;
  /** Whether a command does nothing for the task. */
  isIdle: (command: string) => boolean;
  /** Null while only the critic learns. */
  update: UpdateSums | null;
  learningRate: number;
  totals: Totals;
  seconds: Record<Lap, number>;
}

/**
 * One iteration's numbers under the keys of the metric catalogue. A mean over nothing is left out (of an iteration without a
 * won episode there is no switch rate of won ones); not-a-number becomes null.
 */
export function iterationMetrics(facts: IterationFacts): Record<string, number | null> {
  const { played, diversity, credited, update, totals, seconds } = facts;
  const { episodes } = played;
  const turns = credited.turns;
  const { segments, shapedReward } = credited.credit;
  const values: Record<string, number | undefined> = {
    success: mean(episodes.map(({ won }) => (won ? 1 : 0))),
    score: mean(episodes.flatMap(({ score }) => score ?? [])),
    reward: sum(shapedReward) / episodes.length,
    episodeLength: mean(episodes.map(({ length }) => length)),
    boundaryShare: segments.count / segments.turns,
    segmentLength: segments.turns / segments.count,
    switchRateWon: switchRate(episodes.filter(({ won }) => won)),
    switchRateLost: switchRate(episodes.filter(({ won }) => !won)),
    keepChangedSubgoal: keepChangedSubgoal(episodes),
    validActions: mean(turns.map(({ valid }) => (valid ? 1 : 0))),
    idleActions: mean(turns.map(({ response }) => (facts.isIdle(response.action) ? 1 : 0))),
    learningRate: facts.learningRate,
    rolloutTokensPerSecond: played.tokens / seconds.rollout,
    environmentStepsPerSecond: played.turns / seconds.rollout,
    rolloutSeconds: seconds.rollout,
    creditSeconds: seconds.credit,
    updateSeconds: seconds.update,
    memoryMegabytes: process.memoryUsage.rss() / 2 ** 20,
    episodes: totals.episodes,
    turns: totals.turns,
    tokens: totals.tokens,
    trainingSeconds: totals.seconds,
    ...credited.credit.statistics,
  };
  if (facts.comparesGames && credited.batch.group)
    values.zeroGroups = zeroGroupShare(credited.credit, credited.batch.group);
  if (seconds.teacher > 0) values.teacherSeconds = seconds.teacher;
  if (facts.isElsewhere) values.brokenEpisodes = played.broken;
  if (facts.isFree) {
    values.malformed = mean(turns.map(({ response }) => (response.malformed ? 1 : 0)));
    values.emptyResponses = mean(turns.map(({ response }) => (response.empty ? 1 : 0)));
  }
  for (const level of LEVELS) {
    values[`entropy.${level}`] = meanEntropy(turns, LEVELS.indexOf(level));
    const summary = credited.levels[level];
    if (!summary) continue;
    values[`advantageMean.${level}`] = summary.advantageMean;
    values[`advantageStd.${level}`] = summary.advantageStd;
    values[`valueLoss.${level}`] = summary.valueFit?.loss;
    values[`explainedVariance.${level}`] = summary.valueFit?.explainedVariance;
  }
  if (diversity) {
    values['strategyCosine.drawn'] = diversity.drawn;
    values['strategyCosine.kept'] = diversity.kept;
    values.strategyDuplicates = diversity.duplicates;
  }
  if (credited.isJudged) {
    values['flagged.won'] = flaggedShare(episodes.filter(({ won }) => won));
    values['flagged.lost'] = flaggedShare(episodes.filter(({ won }) => !won));
  }
  if (update) {
    values.kl = update.kl / update.decisions;
    values.clipFraction = update.clipped / update.decisions;
    values.policyLoss = update.loss / update.decisions;
    values.gradientNorm = update.norm / update.steps;
    values.updateTokensPerSecond = update.tokens / seconds.update;
    for (const level of LEVELS)
      if (update.gradientShare) values[`gradientShare.${level}`] = update.gradientShare[level];
    if (update.withReference) values.klReference = update.klReference / update.decisions;
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, Number.isFinite(value) ? value : null]],
    ),
  );
}

function flaggedShare(episodes: readonly Episode[]): number | undefined {
  return mean(episodes.flatMap(({ turns }) => turns.map(({ flagged }) => (flagged ? 1 : 0))));
}

/** Share of turns that switch; an episode's first turn has no choice and does not count. */
function switchRate(episodes: readonly Episode[]): number | undefined {
  return mean(
    episodes.flatMap(({ turns }) => turns.slice(1).map(({ response }) => (response.switched ? 1 : 0))),
  );
}

/** Share of KEEP turns whose sub-goal is not that of the turn before. */
function keepChangedSubgoal(episodes: readonly Episode[]): number | undefined {
  const changed: number[] = [];
  for (const { turns } of episodes)
    turns.forEach(({ response }, index) => {
      const before = turns[index - 1]?.response.subgoal;
      if (before === undefined || response.switched) return;
      changed.push(response.subgoal === before ? 0 : 1);
    });
  return mean(changed);
}

function meanEntropy(turns: readonly PlayedTurn[], level: number): number | undefined {
  return mean(
    turns.flatMap(({ decisions, entropies }) =>
      decisions.flatMap((decision, i) => (decision.level === level ? [entropies[i] as number] : [])),
    ),
  );
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** Undefined: a mean of nothing. */
function mean(values: readonly number[]): number | undefined {
  return values.length > 0 ? sum(values) / values.length : undefined;
}
