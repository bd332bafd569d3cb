import type { Alert, AlertEvent } from '../../contract/alert-events.ts';
import { type AlertKind, isSameAlert } from '../../contract/alerts.ts';
import { LEVELS, type Level } from '../../contract/metrics.ts';

/** Metrics of one iteration, under the keys of the catalogue. */
export interface HistoryPoint {
  iteration: number;
  values: Record<string, number | null>;
}

/**
 * Share of the turns with a choice (all but an episode's first) on which a collapsed hierarchy switches. The authors' logs
 * show both ends: boundary shares of 0.98 to 1 in most runs, and of 0.02 to 0.06 in others (spec/hae.md 6.4).
 */
const ALWAYS = 0.95;
/** One switch in 50 turns: an episode of the longest limit then has one sub-goal. */
const NEVER = 0.02;
/** Of its first value: a policy this sure explores nothing any more … */
const ENTROPY_LEFT = 0.05;
/** … which is as it should be once nearly everything is won. */
const SOLVED = 0.9;
/** Nats per decision token: ten times what healthy updates here and in the authors' logs reach. */
const LARGEST_KL = 0.1;
/** Times the median of the iterations before: value losses of healthy runs stay within three times theirs. */
const VALUE_LOSS_RISE = 10;
const MEDIAN_WINDOW = 20;
/** Iterations before a median means anything: the critic's first losses fall fast. */
const MEDIAN_LEAST = 5;
/** Iterations in a row until a condition counts: one batch of episodes proves nothing … */
const ONSET = 3;
/** … but what explodes is not waited for. */
const FAST_ONSET = 2;
/** Iterations in a row without it until it is over. */
const CLEAR = 3;

interface Detector {
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

const BOUNDARIES: Detector[] = [
  {
    alert: 'always-switches',
    level: 'switch',
    onset: ONSET,
    advice:
      'Segments of one turn give the low level nothing to learn from. Try a keepPenalty nearer to 0, a lower learning rate or a larger entropy bonus.',
    judge: (history, at) => judgeIf(chosenSwitches(history[at]!), (share) => share > ALWAYS),
    describe: (share) => `The policy switched on ${percent(share)} of the turns where it could keep`,
  },
  {
    alert: 'never-switches',
    level: 'switch',
    onset: ONSET,
    advice:
      'One sub-goal an episode is a flat agent. Try a keepPenalty (the authors used -0.15), a lower learning rate or a larger entropy bonus.',
    judge: (history, at) => judgeIf(chosenSwitches(history[at]!), (share) => share < NEVER),
    describe: (share) => `The policy switched on ${percent(share)} of the turns where it could keep`,
  },
];

const KL: Detector = {
  alert: 'kl-explosion',
  level: null,
  onset: FAST_ONSET,
  advice:
    'Updates this large undo what was learned. Try a lower learning rate, fewer updateEpochs or a klCoefficient.',
  judge: (history, at) => judgeIf(history[at]!.values.kl, (kl) => kl > LARGEST_KL),
  describe: (kl) => `An update moved the policy by ${kl.toPrecision(2)} nats per decision token`,
};

function entropyOf(level: Level): Detector {
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
      return judgeIf(values[key], (entropy) => !isSolved && entropy < ENTROPY_LEFT * first(history));
    },
    describe: (entropy, history) =>
      `The entropy of the ${level} decisions is ${entropy.toPrecision(2)} nats, ${percent(entropy / first(history))} of what it was at first, and less than ${percent(SOLVED)} of the episodes are won`,
  };
}

function valueLossOf(level: Level): Detector {
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
      return judgeIf(history[at]!.values[key], (loss) => !explains && loss > VALUE_LOSS_RISE * median);
    },
    describe: (loss) =>
      `The value loss of the ${level} level is ${loss.toPrecision(3)}, more than ${VALUE_LOSS_RISE} times the median of the ${MEDIAN_WINDOW} iterations before, and worse than guessing the mean`,
  };
}

function judgeIf(
  value: number | null | undefined,
  isBad: (value: number) => boolean,
): { bad: boolean; value: number } | null {
  return typeof value === 'number' ? { bad: isBad(value), value } : null;
}

/**
 * The conditions that hold at the end of a run's history: each has held in `ONSET` (or `FAST_ONSET`) iterations on end and has
 * not been away for `CLEAR` since. `hierarchical`: the agent has a choice to switch.
 */
export function activeAlerts(history: readonly HistoryPoint[], hierarchical: boolean): Alert[] {
  const detectors = [
    ...(hierarchical ? BOUNDARIES : []),
    ...LEVELS.map(entropyOf),
    KL,
    ...LEVELS.map(valueLossOf),
  ];
  return detectors.flatMap((detector) => detect(detector, history) ?? []);
}

function detect(detector: Detector, history: readonly HistoryPoint[]): Alert | null {
  const { alert, level, onset, advice } = detector;
  let active: Alert | null = null;
  let bad: number[] = [];
  let good = 0;
  for (let at = 0; at < history.length; at++) {
    const verdict = detector.judge(history, at);
    if (!verdict) continue;
    const { iteration } = history[at]!;
    bad = verdict.bad ? [...bad, iteration] : [];
    good = verdict.bad ? 0 : good + 1;
    if (active && good >= CLEAR) active = null;
    if (active || bad.length < onset) continue;
    const since = bad[0]!;
    const text = `${detector.describe(verdict.value, history)} (iteration ${iteration}, since ${since}).`;
    active = { alert, level, since, text, advice };
  }
  return active;
}

/** What to tell after an iteration: what has set in and what is over. */
export function alertChanges(
  before: readonly Alert[],
  after: readonly Alert[],
  iteration: number,
): AlertEvent[] {
  const missing = (from: readonly Alert[], list: readonly Alert[]) =>
    from.filter((alert) => !list.some((other) => isSameAlert(other, alert)));
  return [
    ...missing(before, after).map(
      (alert) => ({ kind: 'alert', iteration, active: false, ...alert }) as const,
    ),
    ...missing(after, before).map((alert) => ({ kind: 'alert', iteration, active: true, ...alert }) as const),
  ];
}
