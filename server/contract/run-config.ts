import { z } from 'zod';
import { AppError } from './error.ts';
import {
  ESTIMATOR_FACTS,
  ESTIMATORS,
  type EstimatorName,
  groupSizeOf,
  hasCritic,
  readsField,
  TURN_FORMATS,
} from './estimators.ts';
import { typedLine } from './text.ts';

/** Characters of a run's name. */
export const LONGEST_NAME = 80;

/** How a field is shown in the launch form, `--help` and the docs; kept in the schema itself. */
export interface FieldMeta {
  title: string;
  group: FieldGroup;
  /** Unit of the number, e.g. `episodes`; absent for plain numbers and choices. */
  unit?: string;
  /** Shown only when asked for: most people never change it. */
  advanced?: boolean;
}

export const FIELD_GROUPS = [
  'Run',
  'Environment',
  'Policy',
  'Warm start',
  'Rollout',
  'Credit',
  'Critic',
  'Update',
  'Evaluation',
] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

export const TASK_TYPES = [
  'pick_and_place_simple',
  'look_at_obj_in_light',
  'pick_clean_then_place_in_recep',
  'pick_heat_then_place_in_recep',
  'pick_cool_then_place_in_recep',
  'pick_two_obj_and_place',
] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const SPLITS = ['train', 'valid_seen', 'valid_unseen'] as const;
export type Split = (typeof SPLITS)[number];

const integer = (minimum: number, maximum: number) => z.number().int().min(minimum).max(maximum);
const share = () => z.number().min(0).max(1);

/** Attaches title, group and unit to a field. */
function field<T extends z.ZodType>(schema: T, description: string, meta: FieldMeta): T {
  return schema.meta({ description, ...meta }) as T;
}

const fields = {
  name: field(
    typedLine(LONGEST_NAME).default(''),
    'A name for people; empty takes the estimator and the preset.',
    {
      title: 'Name',
      group: 'Run',
    },
  ),
  seed: field(
    integer(0, 2 ** 31 - 1).default(1),
    'Seed of everything random: games, sampling, mini-batches.',
    {
      title: 'Seed',
      group: 'Run',
    },
  ),
  iterations: field(integer(1, 10_000).default(60), 'Rounds of rollout, credit and update.', {
    title: 'Iterations',
    group: 'Run',
    unit: 'iterations',
  }),
  checkpointEvery: field(
    integer(1, 1000).default(1),
    'Iterations between checkpoints; a run that dies loses what came after its last one.',
    { title: 'Checkpoint every', group: 'Run', unit: 'iterations', advanced: true },
  ),
  threads: field(
    integer(0, 256).default(0),
    'Threads to train on, each playing and learning from its share of the episodes; 0 shares the cores evenly among the runs that may train at once. Part of what makes a run reproducible.',
    { title: 'Threads', group: 'Run', unit: 'threads', advanced: true },
  ),

  environment: field(z.enum(['alfworld']).default('alfworld'), 'The task the agent learns.', {
    title: 'Environment',
    group: 'Environment',
  }),
  games: field(
    z.enum(['auto', 'real', 'generated']).default('auto'),
    'Real ALFWorld games where the data is present, generated look-alikes otherwise; or insist on one.',
    { title: 'Games', group: 'Environment' },
  ),
  taskTypes: field(
    z
      .array(z.enum(TASK_TYPES))
      .min(1)
      .default([...TASK_TYPES]),
    'Task types to train on and evaluate.',
    {
      title: 'Task types',
      group: 'Environment',
    },
  ),
  stepLimit: field(
    integer(1, 200).default(30),
    'An episode ends, lost, after this many turns (the original: 50).',
    {
      title: 'Step limit',
      group: 'Environment',
      unit: 'turns',
    },
  ),
  dialect: field(z.enum(['2.1.3', '2.1.1']).default('2.1.3'), 'Text dialect of the ALFWorld data release.', {
    title: 'Dialect',
    group: 'Environment',
    advanced: true,
  }),
  generatedGames: field(
    integer(10, 100_000).default(3553),
    'Size of the training split when games are generated (the real one has 3553).',
    { title: 'Generated games', group: 'Environment', unit: 'games', advanced: true },
  ),

  format: field(
    z.enum(TURN_FORMATS).default('plan-execute'),
    'plan-execute emits switch, sub-goal and action each turn; flat emits only the action (flat estimators only); strategy names an order of search on the first turn, then only actions (strata and flat estimators).',
    { title: 'Turn format', group: 'Policy' },
  ),
  layers: field(integer(1, 48).default(2), 'Transformer layers.', { title: 'Layers', group: 'Policy' }),
  width: field(integer(16, 4096).default(64), 'Size of the hidden state.', {
    title: 'Width',
    group: 'Policy',
  }),
  heads: field(integer(1, 64).default(4), 'Attention heads; must divide the width.', {
    title: 'Heads',
    group: 'Policy',
    advanced: true,
  }),
  keyValueHeads: field(
    integer(1, 64).default(4),
    'Key and value heads shared by the attention heads (grouped-query).',
    {
      title: 'Key-value heads',
      group: 'Policy',
      advanced: true,
    },
  ),
  feedForward: field(integer(16, 16_384).default(168), 'Size of the SwiGLU layer.', {
    title: 'Feed-forward',
    group: 'Policy',
    advanced: true,
  }),
  tiedEmbeddings: field(z.boolean().default(true), 'Use the input embedding as output layer too.', {
    title: 'Tied embeddings',
    group: 'Policy',
    advanced: true,
  }),
  previousTokenEmbedding: field(
    z.boolean().default(true),
    'Add a second embedding of the previous token to the input: makes copying a one-layer job.',
    { title: 'Previous-token embedding', group: 'Policy', advanced: true },
  ),

  warmStartEpisodes: field(
    integer(0, 20_000).default(120),
    'Expert episodes cloned before reinforcement learning; runs with equal warm-start fields share the same weights.',
    { title: 'Expert episodes', group: 'Warm start', unit: 'episodes' },
  ),
  warmStartNoise: field(
    share().default(0.2),
    'Share of demonstration turns played at random (and not cloned), so that the policy also sees how to recover.',
    { title: 'Noise', group: 'Warm start', advanced: true },
  ),
  warmStartEpochs: field(integer(1, 200).default(10), 'Passes over the expert episodes.', {
    title: 'Epochs',
    group: 'Warm start',
    unit: 'epochs',
  }),
  warmStartSeed: field(
    integer(0, 2 ** 31 - 1).default(1),
    'Seed of the expert episodes and the first weights.',
    {
      title: 'Warm-start seed',
      group: 'Warm start',
      advanced: true,
    },
  ),
  warmStartBatchRows: field(integer(8, 1024).default(64), 'Turns in a mini-batch of behaviour cloning.', {
    title: 'Batch',
    group: 'Warm start',
    unit: 'turns',
    advanced: true,
  }),
  warmStartLearningRate: field(
    z.number().positive().max(1).default(4e-3),
    'Peak learning rate of behaviour cloning.',
    {
      title: 'Learning rate',
      group: 'Warm start',
      advanced: true,
    },
  ),
  renaming: field(
    z.boolean().default(true),
    'Rename objects, receptacles and numbers at random while cloning, so that the policy learns to copy.',
    { title: 'Renaming', group: 'Warm start', advanced: true },
  ),

  episodesPerIteration: field(
    integer(1, 4096).default(96),
    'Episodes rolled out in lockstep each iteration.',
    {
      title: 'Episodes per iteration',
      group: 'Rollout',
      unit: 'episodes',
    },
  ),
  groupSize: field(
    integer(0, 256).default(0),
    'Episodes of each game in an iteration; 0 takes what the estimator needs: 8 where it compares episodes of one game, otherwise 1.',
    { title: 'Group size', group: 'Rollout', unit: 'episodes', advanced: true },
  ),
  temperature: field(z.number().positive().max(5).default(1), 'Sampling temperature of training rollouts.', {
    title: 'Temperature',
    group: 'Rollout',
    advanced: true,
  }),
  topP: field(
    z.number().positive().max(1).default(1),
    'Sample from the smallest set of tokens with this probability.',
    {
      title: 'Top-p',
      group: 'Rollout',
      advanced: true,
    },
  ),

  estimator: field(
    z.enum(ESTIMATORS).default('hae'),
    'How credit is assigned: hae is HiPER, token-gae flat PPO as its authors configure it.',
    { title: 'Estimator', group: 'Credit' },
  ),
  gamma: field(share().default(0.97), 'Discount per turn.', { title: 'Gamma', group: 'Credit' }),
  lamTurn: field(share().default(0.3), 'GAE lambda inside a segment (hae); 1 is the paper.', {
    title: 'Lambda, turns',
    group: 'Credit',
  }),
  lamSeg: field(share().default(0.6), 'GAE lambda over segments (hae); 0.95 is the paper.', {
    title: 'Lambda, segments',
    group: 'Credit',
  }),
  lamFlat: field(
    share().default(0.6),
    'GAE lambda of turn-gae, and of token-gae inside a turn; 0.95 is usual.',
    {
      title: 'Lambda, flat',
      group: 'Credit',
    },
  ),
  kappa: field(
    share().default(0.6),
    'Share of the next segment’s advantage carried back over the boundary (hae); 0 is the paper.',
    { title: 'Kappa', group: 'Credit' },
  ),
  kappaRamp: field(
    integer(0, 10_000).default(0),
    'Iterations over which kappa grows from 0 to its value (hae); 0 = there from the start.',
    { title: 'Kappa ramp', group: 'Credit', unit: 'iterations', advanced: true },
  ),
  valueHeads: field(
    z.union([z.literal(1), z.literal(2), z.literal(3)]).default(3),
    'Value heads of hae: 3 = low, high, switch; 2 = low, high; 1 = low for both.',
    { title: 'Value heads', group: 'Credit', advanced: true },
  ),
  switchCredit: field(
    z.enum(['return', 'gain']).default('return'),
    'How hae credits the switch: return = what its segment brings less a third value (as released); gain = (q - P(SWITCH)) (V_high - V_low under the old sub-goal), two value heads (as in the paper’s text).',
    { title: 'Switch credit', group: 'Credit', advanced: true },
  ),
  groupStatistic: field(
    z.enum(['episode', 'turn']).default('episode'),
    'What group means and deviations count: every episode once, or every turn (the reference’s default; long episodes weigh more).',
    { title: 'Group statistic', group: 'Credit', advanced: true },
  ),
  divideByDeviation: field(
    z.boolean().default(true),
    'Divide by the standard deviation of the group (grpo, gigpo, gear-like); without it grpo is Dr. GRPO.',
    { title: 'Divide by deviation', group: 'Credit', advanced: true },
  ),
  stepWeight: field(
    z.number().min(0).max(100).default(1),
    'Weight of the comparison of turns beside that of episodes (gigpo).',
    { title: 'Step weight', group: 'Credit', advanced: true },
  ),
  anchorSimilarity: field(
    z.number().min(0.5).max(1).default(1),
    'How alike two observations must be to count as the same (gigpo); 1 asks for equal texts and is far faster.',
    { title: 'Anchor similarity', group: 'Credit', advanced: true },
  ),
  gearThreshold: field(
    z.number().min(0).max(10).default(1),
    'A token departs from the teacher where their divergence is this many standard deviations above the mean of its episode (gear-like).',
    { title: 'Departure threshold', group: 'Credit', unit: 'deviations', advanced: true },
  ),
  gearTemperature: field(
    z.number().positive().max(100).default(1),
    'Divergence that changes the weight of a token by a factor of e (gear-like).',
    { title: 'Weight temperature', group: 'Credit', unit: 'nats', advanced: true },
  ),
  gearClip: field(
    z.number().positive().max(0.99).default(0.28),
    'How far the weight of a token may be from 1, before weights are scaled to mean 1 (gear-like).',
    { title: 'Weight clip', group: 'Credit', advanced: true },
  ),
  gearRamp: field(
    integer(0, 10_000).default(0),
    'Iterations over which weights grow from 1 to their full size (gear-like); 0 = full from the start.',
    { title: 'Weight ramp', group: 'Credit', unit: 'iterations', advanced: true },
  ),
  strategies: field(
    integer(2, 64).default(2),
    'Strategies that a game is played with (strata); they share its episodes, the group size, evenly.',
    { title: 'Strategies', group: 'Credit', unit: 'a game' },
  ),
  strategyOversampling: field(
    integer(1, 64).default(8),
    'Candidates drawn for each strategy that is kept (strata); those least alike are kept, 1 keeps all.',
    { title: 'Oversampling', group: 'Credit', advanced: true },
  ),
  topFraction: field(
    z.number().positive().max(1).default(0.5),
    'Share of a strategy’s episodes, the best ones, that its reward is the mean of (strata); 1 is the plain mean.',
    { title: 'Top fraction', group: 'Credit' },
  ),
  judge: field(
    z.enum(['none', 'rule']).default('none'),
    'Whether turns that neither follow the strategy nor advance the task are punished (strata). The paper has the policy judge itself in words, which a small one cannot; rule is ours: while nothing needed is known, looking elsewhere than the strategy says, in vain.',
    { title: 'Judge', group: 'Credit', advanced: true },
  ),
  judgePenalty: field(z.number().min(0).max(10).default(0.1), 'What a judged turn loses (strata).', {
    title: 'Judge penalty',
    group: 'Credit',
    advanced: true,
  }),
  judgePenaltyIn: field(
    z.enum(['reward', 'advantage']).default('reward'),
    'Whether the penalty is taken from the reward, before it is normalised, or from the advantage (strata).',
    { title: 'Penalty in', group: 'Credit', advanced: true },
  ),
  normalizeAdvantages: field(
    z.boolean().default(true),
    'Give advantages zero mean and unit variance in each batch, every level by itself.',
    {
      title: 'Normalise',
      group: 'Credit',
      advanced: true,
    },
  ),
  keepPenalty: field(z.number().min(-10).max(0).default(0), 'Reward added on KEEP turns (negative).', {
    title: 'KEEP penalty',
    group: 'Credit',
    advanced: true,
  }),
  keepPenaltyMode: field(
    z.enum(['fixed', 'normalized']).default('fixed'),
    'Fixed: on every KEEP turn; normalized: divided by the episode length.',
    { title: 'KEEP penalty mode', group: 'Credit', advanced: true },
  ),

  critic: field(
    z.enum(['features', 'detached', 'shared']).default('features'),
    'What the value heads read: features = a small network of their own on state features; detached = the policy’s hidden state, without gradient into it; shared = the hidden state with gradient (shared trunk). Short traces need a good critic: with detached, turn-gae learns with lambda 0.95 and unlearns with 0.3.',
    { title: 'Critic', group: 'Critic' },
  ),
  criticTargets: field(
    z.enum(['monte-carlo', 'estimator']).default('monte-carlo'),
    'Value targets: the discounted return, or the estimator’s own (as published).',
    { title: 'Targets', group: 'Critic' },
  ),
  valueCoefficient: field(
    z.number().min(0).max(100).default(0.5),
    'Weight of the value loss in the policy’s update (shared trunk only).',
    { title: 'Value weight', group: 'Critic', advanced: true },
  ),
  criticLearningRate: field(
    z.number().positive().max(1).default(2e-3),
    'Learning rate of the critic’s own optimiser.',
    {
      title: 'Learning rate',
      group: 'Critic',
      advanced: true,
    },
  ),
  criticPasses: field(integer(1, 100).default(2), 'Passes over the replay each iteration.', {
    title: 'Passes',
    group: 'Critic',
    unit: 'passes',
    advanced: true,
  }),
  criticReplay: field(integer(1, 64).default(4), 'Iterations of turns the critic learns from.', {
    title: 'Replay',
    group: 'Critic',
    unit: 'iterations',
    advanced: true,
  }),
  criticWarmup: field(integer(0, 100).default(2), 'First iterations that train only the critic.', {
    title: 'Warm-up',
    group: 'Critic',
    unit: 'iterations',
    advanced: true,
  }),
  valueClip: field(
    z.number().min(0).max(100).default(0),
    'Clip of the value update around the old value; 0 is off (the reference: 0.5).',
    {
      title: 'Value clip',
      group: 'Critic',
      advanced: true,
    },
  ),

  learningRate: field(z.number().positive().max(1).default(1e-3), 'Learning rate of the policy (AdamW).', {
    title: 'Learning rate',
    group: 'Update',
  }),
  finalLearningRate: field(
    z.number().min(0).max(1).default(1e-3),
    'Learning rate at the last iteration; the rate goes there in a straight line.',
    { title: 'Final learning rate', group: 'Update' },
  ),
  updateEpochs: field(integer(1, 20).default(1), 'Passes over the rollout each iteration.', {
    title: 'Epochs',
    group: 'Update',
    unit: 'epochs',
    advanced: true,
  }),
  minibatchRows: field(integer(8, 65_536).default(128), 'Turns per optimiser step.', {
    title: 'Mini-batch',
    group: 'Update',
    unit: 'turns',
    advanced: true,
  }),
  clip: field(z.number().positive().max(1).default(0.2), 'PPO ratio clip.', {
    title: 'Clip',
    group: 'Update',
    advanced: true,
  }),
  dualClip: field(
    z.number().min(1).max(100).default(3),
    'Bound of the loss for negative advantages (dual clip).',
    {
      title: 'Dual clip',
      group: 'Update',
      advanced: true,
    },
  ),
  entropyCoefficient: field(z.number().min(0).max(1).default(0.003), 'Weight of the entropy bonus.', {
    title: 'Entropy',
    group: 'Update',
    advanced: true,
  }),
  klCoefficient: field(z.number().min(0).max(10).default(0), 'Weight of the KL to the warm-start policy.', {
    title: 'KL',
    group: 'Update',
    advanced: true,
  }),
  gradientClip: field(z.number().positive().max(1000).default(1), 'Largest gradient norm.', {
    title: 'Gradient clip',
    group: 'Update',
    advanced: true,
  }),
  weightDecay: field(z.number().min(0).max(1).default(0), 'AdamW weight decay of the policy.', {
    title: 'Weight decay',
    group: 'Update',
    advanced: true,
  }),

  evaluateEvery: field(
    integer(1, 10_000).default(10),
    'Iterations between evaluations; there is always one before the first and one after the last.',
    {
      title: 'Evaluate every',
      group: 'Evaluation',
      unit: 'iterations',
    },
  ),
  evaluationGames: field(
    integer(1, 10_000).default(140),
    'Games of each split that are played: always the same first ones of a fixed list.',
    {
      title: 'Games per split',
      group: 'Evaluation',
      unit: 'games',
    },
  ),
  evaluationTemperature: field(z.number().min(0).max(5).default(0.4), 'Sampling temperature; 0 is greedy.', {
    title: 'Temperature',
    group: 'Evaluation',
  }),
  evaluationStepLimits: field(
    z.array(integer(1, 200)).min(1).max(4).default([30]),
    'Step limits that are reported; the last evaluation of a run plays to the longest of them.',
    { title: 'Step limits', group: 'Evaluation', unit: 'turns', advanced: true },
  ),
};

const fieldsSchema = z.strictObject(fields);
export type RunConfig = z.output<typeof fieldsSchema>;
export type RunConfigInput = z.input<typeof fieldsSchema>;
export type FieldName = keyof RunConfig;

/** Rules between fields; each issue names the field to change. */
function checkTogether(config: RunConfig, context: z.RefinementCtx): void {
  const complain = (path: FieldName, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  const { formats, groups, strategies } = ESTIMATOR_FACTS[config.estimator];
  if (!formats.includes(config.format))
    complain(
      'format',
      `${config.estimator} is played in ${formats.join(' or ')}: choose that, or a flat estimator`,
    );
  const groupSize = groupSizeOf(config);
  if (groups && groupSize < 2)
    complain(
      'groupSize',
      `${config.estimator} compares episodes of one game: 2 or more, or 0 for its default`,
    );
  if (strategies && (groupSize % config.strategies !== 0 || groupSize < 2 * config.strategies))
    complain(
      'strategies',
      `must share the group size (${groupSize}) evenly, two episodes or more each: change one of them`,
    );
  if (config.episodesPerIteration % groupSize !== 0)
    complain(
      'episodesPerIteration',
      `must be a multiple of the group size (${groupSize}): every game is played ${groupSize} times`,
    );
  for (const [ramp, loss] of [
    ['kappaRamp', 'kappa never gets there'],
    ['gearRamp', 'the weights never count fully'],
  ] as const)
    if (readsField(config.estimator, ramp) && config[ramp] > config.iterations)
      complain(ramp, `must not exceed the ${config.iterations} iterations, or ${loss}`);
  if (config.switchCredit === 'gain' && config.critic !== 'features')
    complain('switchCredit', 'gain reads V_low under the old sub-goal, which only critic: features can tell');
  if (config.width % config.heads !== 0) complain('heads', `must divide the width (${config.width})`);
  else if ((config.width / config.heads) % 2 !== 0)
    complain('heads', 'width / heads must be even (rotary positions turn pairs)');
  if (config.heads % config.keyValueHeads !== 0)
    complain('keyValueHeads', `must divide the heads (${config.heads})`);
  if (hasCritic(config.estimator) && config.criticWarmup >= config.iterations)
    complain('criticWarmup', `must be below the ${config.iterations} iterations, or the policy never learns`);
  for (const name of ['taskTypes', 'evaluationStepLimits'] as const) {
    const double = firstDouble<unknown>(config[name]);
    if (double !== undefined) complain(name, `lists ${double} twice`);
  }
}

/** The first value that stands in a list again. */
export function firstDouble<T>(values: readonly T[]): T | undefined {
  return values.find((value, i) => values.indexOf(value) < i);
}

/** A format of the estimator's: the given one if it may be, else the one it takes by itself. */
export function formatFor(estimator: EstimatorName, format: RunConfig['format']): RunConfig['format'] {
  const { formats } = ESTIMATOR_FACTS[estimator];
  return formats.includes(format) ? format : (formats[0] as RunConfig['format']);
}

/** Input that names no format takes one of its estimator's. */
function fillFormat(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || 'format' in input || !('estimator' in input))
    return input;
  const estimator = ESTIMATORS.find((name) => name === input.estimator);
  return estimator ? { ...input, format: formatFor(estimator, 'plan-execute') } : input;
}

/** The configuration of one run: the form, the API, the CLI, the stored JSON and the docs all come from it. */
export const runConfigSchema = z.preprocess(fillFormat, fieldsSchema.superRefine(checkTogether));

export const FIELD_NAMES = Object.keys(fields) as FieldName[];

/** Title, group, description, unit and default of a field. */
export interface FieldInfo extends FieldMeta {
  name: FieldName;
  description: string;
  default: unknown;
  /** JSON schema of the value: type, enum, minimum, maximum. */
  schema: z.core.JSONSchema.BaseSchema;
}

/** Every field in the order of the form. */
export function describeFields(): FieldInfo[] {
  const json = z.toJSONSchema(fieldsSchema, { io: 'input' });
  return FIELD_NAMES.map((name) => {
    const schema = json.properties?.[name] as z.core.JSONSchema.BaseSchema &
      FieldMeta & { description: string };
    const { title, group, unit, advanced, description } = schema;
    return { name, title, group, unit, advanced, description, default: schema.default, schema };
  });
}

/** Checks a config and fills in defaults. Throws AppError `bad-input` naming every wrong field. */
export function parseRunConfig(input: unknown): RunConfig {
  const result = runConfigSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: no such field`
      : `${issue.path.join('.') || 'config'}: ${issue.message}`,
  );
  throw new AppError('bad-input', problems.join('; '));
}

/** Fields that do not make another method of a run. */
export const INCIDENTAL_FIELDS: readonly FieldName[] = ['name', 'seed', 'threads', 'checkpointEvery'];

/** The same text for runs that share everything but `incidental` fields, whatever the order of theirs. */
export function methodKey(config: RunConfig, incidental = INCIDENTAL_FIELDS): string {
  const relevant = Object.entries(config).filter(([name]) => !incidental.includes(name as FieldName));
  return JSON.stringify(relevant.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Fields whose values differ between configs, in form order. */
export function differingFields(configs: readonly RunConfig[]): FieldName[] {
  return FIELD_NAMES.filter(
    (name) => new Set(configs.map((config) => JSON.stringify(config[name]))).size > 1,
  );
}
