/** The parts of the run page, in order. */
export const METRIC_GROUPS = [
  'Outcome',
  'Advantage',
  'Critic',
  'Hierarchy',
  'Policy update',
  'Speed',
  'Progress',
  'Endpoint',
  'Other',
] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

/** The three levels that receive credit: the KEEP/SWITCH decision, the sub-goal (or strategy), the action. */
export const LEVELS = ['switch', 'high', 'low'] as const;
export type Level = (typeof LEVELS)[number];

export interface Metric {
  key: string;
  title: string;
  /** One sentence a newcomer understands; shown on hover and focus. */
  definition: string;
  group: MetricGroup;
  /** `share` is shown in percent. */
  unit: string;
  /** Metrics of one figure: drawn together, one line a level. */
  figure: string;
  level?: Level;
  /** What a run must have to report it; absent: every run does. */
  needs?: MetricNeed;
}

export type MetricNeed =
  | 'scores'
  | 'critic'
  | 'groups'
  | 'sub-goals'
  | 'strategies'
  | 'judge'
  | 'teacher'
  | 'reference policy'
  | 'free text'
  | 'endpoint'
  | 'another server';

const LEVEL_NAMES: Record<Level, string> = {
  switch: 'switch',
  high: 'sub-goal or strategy (high)',
  low: 'action (low)',
};

const metric = (
  group: MetricGroup,
  key: string,
  title: string,
  unit: string,
  definition: string,
  figure = title,
): Metric => ({ key, title, definition, group, unit, figure });

/** One metric for every level, drawn in one figure. */
const perLevel = (
  group: MetricGroup,
  key: string,
  title: string,
  unit: string,
  definition: string,
): Metric[] =>
  LEVELS.map((level) => ({
    key: `${key}.${level}`,
    title: `${title}, ${level}`,
    definition: definition.replace('{level}', LEVEL_NAMES[level]),
    group,
    unit,
    figure: title,
    level,
  }));

const needing = (needs: MetricNeed, ...metrics: Metric[]): Metric[] =>
  metrics.map((entry) => ({ ...entry, needs }));

/** Everything a trainer reports each iteration, in page order. Flat estimators leave out the levels they do not have. */
export const METRICS: Metric[] = [
  metric(
    'Outcome',
    'success',
    'Success rate',
    'share',
    'Share of this iteration’s training episodes that were won, at the training temperature.',
  ),
  ...needing(
    'scores',
    metric(
      'Outcome',
      'score',
      'Score',
      'share',
      'Mean score of this iteration’s training episodes, between lost (0) and won (1): of a purchase the share of what was asked for that is right, and 0 without one.',
    ),
  ),
  metric('Outcome', 'reward', 'Reward', 'reward', 'Mean reward of a training episode, penalties included.'),
  metric(
    'Outcome',
    'episodeLength',
    'Episode length',
    'turns',
    'Mean turns of a training episode, each episode counted once.',
  ),
  ...perLevel(
    'Advantage',
    'advantageMean',
    'Advantage, mean',
    'reward',
    'Mean advantage of the {level} decisions before normalisation.',
  ),
  ...perLevel(
    'Advantage',
    'advantageStd',
    'Advantage, spread',
    'reward',
    'Standard deviation of the advantage of the {level} decisions before normalisation.',
  ),
  ...needing(
    'groups',
    metric(
      'Advantage',
      'zeroGroups',
      'Groups that teach nothing',
      'share',
      'Share of the games of this iteration in which every advantage is 0 before normalisation: their episodes all brought the same and no turn was punished, so that comparing them says nothing.',
    ),
  ),
  ...needing(
    'teacher',
    metric(
      'Advantage',
      'teacherDivergence',
      'Divergence from the teacher',
      'nats',
      'Mean divergence (reverse KL) of what the policy played from what it would have played knowing where things are, per decision token.',
    ),
    metric(
      'Advantage',
      'departureShare',
      'Departures',
      'share',
      'Share of decision tokens where the policy departs from the teacher.',
      'Reweighting',
    ),
    metric(
      'Advantage',
      'weightsClipped',
      'Clipped weights',
      'share',
      'Share of the decision tokens with an advantage whose weight left the clip range.',
      'Reweighting',
    ),
    metric(
      'Advantage',
      'effectiveTokens',
      'Effective tokens',
      'share',
      'Effective sample size of the weights as a share of the decision tokens with an advantage; 1: all weigh the same.',
      'Reweighting',
    ),
    metric(
      'Advantage',
      'departureLength',
      'Departure length',
      'tokens',
      'Mean decision tokens that a departure covers: itself and what follows from it in its turn.',
    ),
  ),
  ...needing(
    'critic',
    ...perLevel(
      'Critic',
      'valueLoss',
      'Value loss',
      'reward²',
      'Mean squared error of the value head for {level}, on its own value positions.',
    ),
    ...perLevel(
      'Critic',
      'explainedVariance',
      'Explained variance',
      'share',
      'Share of the target’s variance that the value head for {level} predicts, on its own value positions; 1 is perfect, 0 no better than the mean.',
    ),
  ),
  ...needing(
    'sub-goals',
    metric(
      'Hierarchy',
      'boundaryShare',
      'Boundary share',
      'share',
      'Share of turns that start a new segment; near 0 or 1 the hierarchy has collapsed.',
    ),
    metric('Hierarchy', 'segmentLength', 'Segment length', 'turns', 'Mean turns that one sub-goal lasts.'),
    metric(
      'Hierarchy',
      'switchRateWon',
      'Switch rate, won',
      'share',
      'Share of the turns of won episodes on which the policy switched; first turns, which must, left out.',
      'Switch rate by outcome',
    ),
    metric(
      'Hierarchy',
      'switchRateLost',
      'Switch rate, lost',
      'share',
      'Share of the turns of lost episodes on which the policy switched; first turns, which must, left out.',
      'Switch rate by outcome',
    ),
    metric(
      'Hierarchy',
      'keepChangedSubgoal',
      'Sub-goal changed on KEEP',
      'share',
      'Share of KEEP turns whose sub-goal was another than on the turn before; 0 where the grammar makes KEEP repeat it.',
    ),
  ),
  metric(
    'Hierarchy',
    'validActions',
    'Valid actions',
    'share',
    'Share of turns whose action the environment accepted.',
  ),
  ...needing(
    'free text',
    metric(
      'Hierarchy',
      'malformed',
      'Malformed turns',
      'share',
      'Share of turns whose text did not obey the format it was asked for: a block missing, a word but KEEP and SWITCH, Chinese characters. What could be read of it was played all the same.',
    ),
    metric(
      'Hierarchy',
      'emptyResponses',
      'Empty responses',
      'share',
      'Share of turns on which the model said nothing at all: it ended its response at once, or after nothing but white space. They are malformed too.',
      'Malformed turns',
    ),
  ),
  ...needing(
    'another server',
    metric(
      'Hierarchy',
      'brokenEpisodes',
      'Broken episodes',
      'episodes',
      'Episodes that the environment’s server did not let come to an end: it hung, died or answered nonsense. They are thrown away, with the others of their game where those are compared.',
    ),
  ),
  metric(
    'Hierarchy',
    'idleActions',
    'Idle actions',
    'share',
    'Share of turns spent on what does nothing for the task: look, inventory and examine in ALFWorld, reviews in WebShop.',
  ),
  ...needing(
    'strategies',
    metric(
      'Hierarchy',
      'strategyCosine.drawn',
      'Strategies drawn',
      'cosine',
      'Mean cosine of two candidate strategies of a game (classes by place: 1, 1/2, 1/3); 1 is the same.',
      'Likeness of strategies',
    ),
    metric(
      'Hierarchy',
      'strategyCosine.kept',
      'Strategies kept',
      'cosine',
      'The same, of the strategies that the game was played with.',
      'Likeness of strategies',
    ),
    metric(
      'Hierarchy',
      'strategyDuplicates',
      'Repeated strategies',
      'share',
      'Share of the candidate strategies of a game that repeat an earlier one word for word.',
    ),
  ),
  ...needing(
    'judge',
    metric(
      'Hierarchy',
      'flagged.won',
      'Flagged turns, won',
      'share',
      'Share of the turns of won episodes that were judged to neither follow the strategy nor advance the task.',
      'Flagged turns',
    ),
    metric(
      'Hierarchy',
      'flagged.lost',
      'Flagged turns, lost',
      'share',
      'The same, of lost episodes.',
      'Flagged turns',
    ),
  ),
  metric(
    'Policy update',
    'kl',
    'KL',
    'nats',
    'Estimated divergence of the updated policy from the one that played, per decision token.',
  ),
  ...needing(
    'reference policy',
    metric(
      'Policy update',
      'klReference',
      'KL to warm start',
      'nats',
      'Estimated divergence from the warm-start policy, per decision token; only when its weight is above 0.',
    ),
  ),
  ...perLevel(
    'Policy update',
    'entropy',
    'Entropy',
    'nats',
    'Mean entropy of the {level} decisions while playing.',
  ),
  metric(
    'Policy update',
    'clipFraction',
    'Clip fraction',
    'share',
    'Share of decision tokens whose probability ratio left the clip range.',
  ),
  metric(
    'Policy update',
    'policyLoss',
    'Policy loss',
    'reward',
    'Dual-clip PPO loss, mean over decision tokens.',
  ),
  metric(
    'Policy update',
    'gradientNorm',
    'Gradient norm',
    'norm',
    'Norm of the policy’s gradient before clipping, mean over optimiser steps.',
  ),
  ...needing(
    'sub-goals',
    ...perLevel(
      'Policy update',
      'gradientShare',
      'Gradient by level',
      'share',
      'Norm of the part of the policy’s gradient that comes from the {level} decisions, as a share of the three levels’ sum, on 32 turns of the first mini-batch.',
    ),
  ),
  metric(
    'Policy update',
    'learningRate',
    'Learning rate',
    'rate',
    'Learning rate of the policy in this iteration.',
  ),
  metric(
    'Speed',
    'rolloutTokensPerSecond',
    'Rollout tokens/s',
    'tokens/s',
    'Prompt and response tokens through the policy per second of rollout.',
    'Tokens per second',
  ),
  metric(
    'Speed',
    'updateTokensPerSecond',
    'Update tokens/s',
    'tokens/s',
    'Tokens through forward and backward per second of update.',
    'Tokens per second',
  ),
  metric(
    'Speed',
    'environmentStepsPerSecond',
    'Environment steps/s',
    'steps/s',
    'Environment steps per second of rollout, all of it included.',
  ),
  metric(
    'Speed',
    'rolloutSeconds',
    'Rollout',
    's',
    'Seconds of this iteration spent playing.',
    'Time per phase',
  ),
  metric(
    'Speed',
    'creditSeconds',
    'Credit',
    's',
    'Seconds of this iteration spent on values and advantages.',
    'Time per phase',
  ),
  metric(
    'Speed',
    'updateSeconds',
    'Update',
    's',
    'Seconds of this iteration spent learning.',
    'Time per phase',
  ),
  ...needing(
    'teacher',
    metric('Speed', 'teacherSeconds', 'Teacher', 's', 'Seconds of this iteration spent asking the teacher.'),
  ),
  metric('Speed', 'memoryMegabytes', 'Trainer memory', 'MB', 'Resident memory of the trainer process.'),
  metric('Progress', 'episodes', 'Episodes', 'episodes', 'Training episodes played so far.'),
  metric('Progress', 'turns', 'Turns', 'turns', 'Training turns played so far.'),
  metric('Progress', 'tokens', 'Tokens', 'tokens', 'Tokens through the policy in training rollouts so far.'),
  metric(
    'Progress',
    'trainingSeconds',
    'Training time',
    's',
    'Seconds of training so far: evaluation, warm start and pauses left out.',
  ),
  ...needing(
    'endpoint',
    metric(
      'Endpoint',
      'endpointPromptTokens',
      'Prompt tokens',
      'tokens',
      'Tokens of all prompts, as the endpoint counts them; not a number where it does not.',
      'Tokens at the endpoint',
    ),
    metric(
      'Endpoint',
      'endpointAnswerTokens',
      'Answer tokens',
      'tokens',
      'Tokens of all answers, as the endpoint counts them; not a number where it does not.',
      'Tokens at the endpoint',
    ),
    metric(
      'Endpoint',
      'endpointCost',
      'Cost',
      '$',
      'Tokens of prompts and answers at the prices of the configuration; what was asked again after a fault is not in it.',
    ),
    metric(
      'Endpoint',
      'endpointAnswers',
      'Answers',
      'answers',
      'Answers that were played: one a turn.',
      'Requests',
    ),
    metric(
      'Endpoint',
      'endpointFaults',
      'Faults',
      'faults',
      'Questions that had to be asked again: too many at once, time-outs, broken or meaningless answers.',
      'Requests',
    ),
    metric(
      'Endpoint',
      'endpointCutShort',
      'Answers cut short',
      'share',
      'Share of the answers that were as long as they may be and had not ended.',
    ),
    metric(
      'Endpoint',
      'endpointAnswerSeconds',
      'Time of an answer',
      's',
      'Mean seconds from the last time a question was asked to its answer.',
    ),
  ),
  metric(
    'Progress',
    'wallSeconds',
    'Wall time',
    's',
    'Seconds since the run first began, warm start, evaluations and pauses included.',
  ),
];

export const METRIC_KEYS = METRICS.map(({ key }) => key);

const known = new Set(METRIC_KEYS);

/** A metric of another trainer that the catalogue does not have, under its own name. */
export function foreignMetric(key: string): Metric {
  const definition = 'Logged under this name by its trainer; HiPER Lab does not know what it means.';
  return { key, title: key, definition, group: 'Other', unit: '', figure: key };
}

/** Of the keys of a run's columns those that the catalogue does not have, by name. */
export function foreignKeys(keys: Iterable<string>): string[] {
  return [...new Set(keys)].filter((key) => !known.has(key)).sort();
}
