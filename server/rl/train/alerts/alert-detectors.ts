import type { AlertKind } from '../../../contract/alert-kinds.ts';
import { LEVELS, type Level } from '../../../contract/metrics.ts';
import type { AlertThresholds } from '../../../contract/run-config.ts';

/** Metrics of one iteration, under the keys of the catalogue. */
export interface HistoryPoint {
  iteration: number;
  values: Record<string, number | null>;
}

/** A policy that is sure explores nothing any more, which is as it should be once nearly everything is won. */
const SOLVED = 0.9;
const MEDIAN_WINDOW = 20;
/** Iterations before a median means anything: the critic's first losses fall fast. */
const MEDIAN_LEAST = 5;
/** Iterations in a row until a condition counts: one batch of episodes proves nothing … */
const ONSET = 3;
/** … but what explodes is not waited for. */
const FAST_ONSET = 2;
/** Standard errors of a rise that is no chance. */
const SURE = 3;

/** Judges one condition, iteration by iteration. */
export interface Detector {
  alert: AlertKind;
  level: Level | null;
  onset: number;
  advice: string;
  /** What is judged in an iteration, and whether it is bad; null where the iteration says nothing about it. */
  judge(history: readonly HistoryPoint[], at: number): { bad: boolean; value: number } | null;
  describe(value: number, history: readonly HistoryPoint[]): string;
}

const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** Share of the turns with a choice that switched: the first of each of the episodes always does. */
function chosenSwitches({ values }: HistoryPoint): number | null {
  const { boundaryShare: share, episodeLength: length } = values;
  if (typeof share !== 'number' || typeof length !== 'number' || length <= 1) return null;
  return (share * length - 1) / (length - 1);
}

/**
 * The authors' logs show both ends: boundary shares of 0.98 to 1 in most runs, and of 0.02 to 0.06 in others (spec/hae.md 6.4).
 */
function boundaries({ alertNeverSwitches, alertAlwaysSwitches }: AlertThresholds): Detector[] {
  const describe = (share: number) =>
    `The policy switched on ${percent(share)} of the turns where it could keep`;
  return [
    {
      alert: 'always-switches',
      level: 'switch',
      onset: ONSET,
      advice:
        'Segments of one turn give the low level nothing to learn from. Try a keepPenalty nearer to 0, a lower learning rate or a larger entropy bonus.',
      judge: (history, at) => judgeIf(chosenSwitches(history[at]!), (share) => share > alertAlwaysSwitches),
      describe,
    },
    {
      alert: 'never-switches',
      level: 'switch',
      onset: ONSET,
      advice:
        'One sub-goal an episode is a flat agent. Try a keepPenalty (the authors used -0.15), a lower learning rate or a larger entropy bonus.',
      judge: (history, at) => judgeIf(chosenSwitches(history[at]!), (share) => share < alertNeverSwitches),
      describe,
    },
  ];
}

const klOf = ({ alertKl }: AlertThresholds): Detector => ({
  alert: 'kl-explosion',
  level: null,
  onset: FAST_ONSET,
  advice:
    'Updates this large undo what was learned. Try a lower learning rate, fewer updateEpochs or a klCoefficient.',
  judge: (history, at) => judgeIf(history[at]!.values.kl, (kl) => kl > alertKl),
  describe: (kl) =>
    `An update moved the policy by ${kl.toPrecision(2)} nats per decision token, more than ${alertKl}`,
});

function entropyOf(level: Level, { alertEntropy }: AlertThresholds): Detector {
  const key = `entropy.${level}`;
  const first = (history: readonly HistoryPoint[]) =>
    history.find(({ values }) => typeof values[key] === 'number')?.values[key] as number;
  return {
    alert: 'entropy-collapse',
    level,
    onset: ONSET,
    advice:
      'What is never tried cannot be credited. Try a larger entropyCoefficient, a lower learning rate or a higher temperature.',
    judge: (history, at) => {
      const { values } = history[at]!;
      const isSolved = (values.success ?? 0) >= SOLVED;
      return judgeIf(values[key], (entropy) => !isSolved && entropy < alertEntropy * first(history));
    },
    describe: (entropy, history) =>
      `The entropy of the ${level} decisions is ${entropy.toPrecision(2)} nats, ${percent(entropy / first(history))} of what it was at first, and less than ${percent(SOLVED)} of the episodes are won`,
  };
}

function valueLossOf(level: Level, { alertValueLoss }: AlertThresholds): Detector {
  const key = `valueLoss.${level}`;
  const usual = (history: readonly HistoryPoint[], at: number): number | null => {
    const before = history
      .slice(Math.max(0, at - MEDIAN_WINDOW), at)
      .flatMap(({ values }) => (typeof values[key] === 'number' ? [values[key]] : []))
      .sort((a, b) => a - b);
    return before.length < MEDIAN_LEAST ? null : (before[before.length >> 1] as number);
  };
  return {
    alert: 'value-loss-explosion',
    level,
    onset: FAST_ONSET,
    advice:
      'Advantages from such values are noise. Try a lower criticLearningRate, a valueClip, or monte-carlo criticTargets.',
    judge: (history, at) => {
      const median = usual(history, at);
      if (median === null) return null;
      // Returns that grow because more is won are no explosion: the critic then still explains them.
      const explains = (history[at]!.values[`explainedVariance.${level}`] ?? 0) > 0;
      return judgeIf(history[at]!.values[key], (loss) => !explains && loss > alertValueLoss * median);
    },
    describe: (loss) =>
      `The value loss of the ${level} level is ${loss.toPrecision(3)}, more than ${alertValueLoss} times the median of the ${MEDIAN_WINDOW} iterations before, and worse than guessing the mean`,
  };
}

function uselessCriticOf(level: Level, { alertUselessCritic }: AlertThresholds): Detector {
  return {
    alert: 'useless-critic',
    level,
    onset: alertUselessCritic,
    advice:
      'Advantages are then returns with noise. Try a higher criticLearningRate, more criticPasses, monte-carlo criticTargets, or an estimator without a critic.',
    judge: (history, at) =>
      judgeIf(history[at]!.values[`explainedVariance.${level}`], (explained) => explained <= 0),
    describe: (explained) =>
      `The values of the ${level} level explain none of its returns: their explained variance is ${explained.toPrecision(2)}, and was 0 or less in ${alertUselessCritic} iterations on end`,
  };
}

/** What rises is what is paid for; where that is not success, something else is. */
function idleRewardOf({ alertIdleReward: window }: AlertThresholds): Detector {
  const means = (history: readonly HistoryPoint[], from: number, key: string) => {
    const values = history
      .slice(from, from + window)
      .flatMap(({ values }) => (typeof values[key] === 'number' ? [values[key]] : []));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { n: values.length, mean, error: squares / (values.length - 1) / values.length };
  };
  const rise = (history: readonly HistoryPoint[], at: number, key: string) => {
    const now = means(history, at + 1 - window, key);
    const before = means(history, at + 1 - 2 * window, key);
    if (now.n < window || before.n < window) return null;
    return { by: now.mean - before.mean, error: Math.sqrt(now.error + before.error) };
  };
  return {
    alert: 'idle-reward',
    level: null,
    onset: ONSET,
    advice:
      'Read episodes of these iterations: the policy may live on what the reward pays beside success. Try smaller penalties (keepPenalty, invalidPenalty, judgePenalty), or a reward that pays for success alone.',
    judge: (history, at) => {
      if (at + 1 < 2 * window || window < 2) return null;
      const reward = rise(history, at, 'reward');
      const success = rise(history, at, 'success');
      if (!reward || !success) return null;
      // A rise of success that chance explains is none.
      const bad = reward.by > SURE * reward.error && reward.by > 0 && success.by <= success.error;
      return { bad, value: reward.by };
    },
    describe: (by) =>
      `The mean reward of an episode has risen by ${by.toPrecision(2)} within ${2 * window} iterations, and not more episodes are won`,
  };
}

function judgeIf(
  value: number | null | undefined,
  isBad: (value: number) => boolean,
): { bad: boolean; value: number } | null {
  return typeof value === 'number' ? { bad: isBad(value), value } : null;
}

/** The conditions that a run is watched for. `hierarchical`: the agent has a choice to switch. */
export function detectorsOf(thresholds: AlertThresholds, hierarchical: boolean): Detector[] {
  const { alertKl, alertValueLoss, alertUselessCritic, alertIdleReward } = thresholds;
  return [
    ...(hierarchical ? boundaries(thresholds) : []),
    ...LEVELS.map((level) => entropyOf(level, thresholds)),
    ...(alertKl > 0 ? [klOf(thresholds)] : []),
    ...(alertValueLoss > 0 ? LEVELS.map((level) => valueLossOf(level, thresholds)) : []),
    ...(alertUselessCritic > 0 ? LEVELS.map((level) => uselessCriticOf(level, thresholds)) : []),
    ...(alertIdleReward > 0 ? [idleRewardOf(thresholds)] : []),
  ];
}
