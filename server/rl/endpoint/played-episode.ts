import { z } from 'zod';
import { SPLITS } from '../../contract/environments.ts';

const count = z.int().min(0);

/** A turn of an episode as it was asked and answered. */
const playedTurnSchema = z.object({
  observation: z.string(),
  /** What the model said, whole. */
  answer: z.string(),
  action: z.string(),
  subgoal: z.string().nullable(),
  switched: z.boolean(),
  valid: z.boolean(),
  malformed: z.boolean(),
  empty: z.boolean(),
  idle: z.boolean(),
  /** What the environment admitted. */
  admissible: z.array(z.string()),
  isCutShort: z.boolean(),
  reward: z.number(),
  /** The episode ended here in a terminal state, and was not cut off. */
  done: z.boolean(),
  promptTokens: count.nullable(),
  answerTokens: count.nullable(),
  seconds: z.number(),
});
export type EndpointTurn = z.output<typeof playedTurnSchema>;

/** A finished episode of an evaluation, as it lies on disk. */
export const playedEpisodeSchema = z.object({
  split: z.enum(SPLITS),
  /** Place in the split's list of games. */
  index: count,
  gameId: z.string(),
  taskType: z.string(),
  won: z.boolean(),
  score: z.number().optional(),
  length: count,
  reward: z.number(),
  /** What the environment said last. */
  ending: z.string(),
  seconds: z.number(),
  turns: z.array(playedTurnSchema),
});
export type EndpointEpisode = z.output<typeof playedEpisodeSchema>;
