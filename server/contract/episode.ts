import { z } from 'zod';
import { AppError } from './error.ts';
import { ESTIMATORS } from './estimators.ts';
import { LEVELS, type Level } from './metrics.ts';
import { SPLITS } from './run-config.ts';
import { saidText } from './text.ts';

const count = z.number().int().min(0);
/** JSON has no NaN and no infinity: they travel as null. */
const number = z.number().nullable();
/** What a level has on a turn; absent: the estimator gives it none, or the turn is none of its. */
const byLevel = z.partialRecord(z.enum(LEVELS), number);
const LONGEST_NAME = 400;

/** Why an episode was stored: how it stands out among those of its iteration, or that its whole game or evaluation is. */
export const EPISODE_REASONS = [
  'best',
  'worst',
  'invalid action',
  'task type',
  'whole group',
  'evaluation',
] as const;
export type EpisodeReason = (typeof EPISODE_REASONS)[number];

/** What a list says of an episode. */
export const episodeSummarySchema = z.object({
  /** `t12-3`: the fourth of iteration 12's rollout; `e12-valid_seen-3`: of the evaluation after it. Unique within its run. */
  id: z.string().regex(/^[a-z0-9_-]{1,80}$/),
  /** The iteration whose rollout it is of; of an evaluation, iterations of training behind the policy. */
  iteration: count,
  /** Whether it was played to measure, not to learn: then nothing has values or advantages. */
  evaluation: z.boolean(),
  split: z.enum(SPLITS),
  /** Its place among the episodes of its rollout or evaluation: what its random numbers come from. */
  index: count,
  gameId: saidText(LONGEST_NAME),
  taskType: saidText(LONGEST_NAME),
  won: z.boolean(),
  /** Turns. */
  length: count,
  /** Sum of the environment's rewards. */
  reward: z.number(),
  /** Turns that chose a sub-goal anew, the first one included; null where turns have no sub-goals. */
  switches: count.nullable(),
  /** Turns whose action was not admissible, and whose response did not obey its format. */
  invalid: count,
  malformed: count,
  reasons: z.array(z.enum(EPISODE_REASONS)),
});
export type EpisodeSummary = z.output<typeof episodeSummarySchema>;

/** Tokens of a response, forced ones included; one entry a token. */
const tokensSchema = z.object({
  text: z.array(z.string()),
  /** What it is part of; null: of no level, nothing trains it. */
  level: z.array(z.enum(LEVELS).nullable()),
  /** Of the token that was drawn, when it was; null for a forced one, as all that follows. */
  logProbability: z.array(number),
  /** Of the distribution it was drawn from, nats. */
  entropy: z.array(number),
  /** What the update multiplies its probability ratio with; null in evaluations. */
  advantage: z.array(number),
  /** Of the distribution to the teacher's, nats; absent without a teacher. */
  divergence: z.array(number).optional(),
});
export type EpisodeTokens = z.output<typeof tokensSchema>;

/** What an estimator made of a turn: a row of `TurnBatch` and of `Credit` (server/rl/credit/batch.ts). */
const turnCreditSchema = z.object({
  /** Old values of the heads that the estimator reads, exact to the bits of a Float32. */
  values: byLevel,
  /** As the update uses it, and before normalisation over the batch; a level's entry is absent where it is not defined. */
  advantage: byLevel,
  rawAdvantage: byLevel,
  /** First turn of a segment. */
  boundary: z.boolean(),
  /** Reward after all penalties. */
  shapedReward: z.number(),
  /** V_low had the old sub-goal been kept, and P(SWITCH); absent unless the estimator reads them. */
  keepValue: number.optional(),
  switchProbability: number.optional(),
  /** Turns of a group with the same number saw the same observation; absent unless the estimator compares those. */
  anchor: z.number().int().optional(),
  /** Judged to neither follow the strategy nor advance the task; absent: nothing was judged. */
  flagged: z.boolean().optional(),
  /** Levels that have a token to train on this turn; absent: all that the turn has. */
  trained: z.array(z.enum(LEVELS)).optional(),
});
export type TurnCredit = z.output<typeof turnCreditSchema>;

const turnSchema = z.object({
  /** What the environment had said before the turn. */
  observation: z.string(),
  /** Sub-goal in force (Plan-Execute), and whether this turn chose it anew; null in the other formats. */
  subgoal: z.string().nullable(),
  switched: z.boolean(),
  /** Strategy in force; absent in the other formats. */
  strategy: z.string().optional(),
  action: z.string(),
  /** Whether the environment admitted the action, and whether the response broke its format. */
  admitted: z.boolean(),
  malformed: z.boolean(),
  /** What the environment admitted: places in the body's `commands`. */
  admissible: z.array(count),
  reward: z.number(),
  /** The episode ended here in a terminal state. A last turn without it was cut off. */
  done: z.boolean(),
  tokens: tokensSchema,
  /** Null in evaluations. */
  credit: turnCreditSchema.nullable(),
});
export type EpisodeTurn = z.output<typeof turnSchema>;

/** What an estimator knew of the batch around the episode. */
const batchCreditSchema = z.object({
  estimator: z.enum(ESTIMATORS),
  /** Mean and population deviation of raw advantages over all turns of the batch where they are defined, by level. */
  moments: z.partialRecord(z.enum(LEVELS), z.object({ mean: number, deviation: number })),
  /** How the batch normalised each level: advantage = (raw - mean) / divisor. Absent: by an earlier version, or token by token. */
  normalization: z.partialRecord(z.enum(LEVELS), z.object({ mean: number, divisor: number })).optional(),
  /** Episodes of the same game in the batch, itself included, in their order; `place` is its own among them. */
  group: z.object({
    number: count,
    place: count,
    rewards: z.array(z.number()),
    lengths: z.array(count),
  }),
  /** Which of its game's strategies it followed; absent in the other formats. */
  strategy: count.optional(),
});
export type BatchCredit = z.output<typeof batchCreditSchema>;

/** An episode turn by turn. */
export const episodeBodySchema = z.object({
  version: z.literal(1),
  /** Every command that was admissible on some turn, once. */
  commands: z.array(z.string()),
  turns: z.array(turnSchema),
  /** What the environment said at the end. */
  ending: z.string(),
  /** Null in evaluations. */
  credit: batchCreditSchema.nullable(),
});
export type EpisodeBody = z.output<typeof episodeBodySchema>;

/** Characters of a packed body; one that is longer is not stored. */
export const LONGEST_PACKED_BODY = 16_000_000;

/** An episode as a trainer hands it over. */
export const recordedEpisodeSchema = episodeSummarySchema.extend({
  /** Words that a search finds it by: game, sub-goals, actions. */
  words: saidText(4000),
  /** The body as JSON, deflated with a zlib header, in base64; see `unpackEpisode`. */
  body: z.string().max(LONGEST_PACKED_BODY),
});
export type RecordedEpisode = z.output<typeof recordedEpisodeSchema>;

/** Reads a packed body; runs in browsers and in Node. Throws AppError `bad-file`. */
export async function unpackEpisode(packed: string): Promise<EpisodeBody> {
  try {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return episodeBodySchema.parse(await new Response(stream).json());
  } catch (cause) {
    throw new AppError('bad-file', 'The stored episode cannot be read: it is damaged or of a later version', {
      cause,
    });
  }
}

/** What one level has on every turn, null where it has nothing. */
export function creditColumn(
  turns: readonly EpisodeTurn[],
  column: 'values' | 'advantage' | 'rawAdvantage',
  level: Level,
): (number | null)[] {
  return turns.map(({ credit }) => credit?.[column][level] ?? null);
}
