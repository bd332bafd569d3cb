import { z } from 'zod';
import { type Evaluation, evaluationSchema } from './events.ts';

/** How a checkpoint is evaluated anew. */
export const replayRequestSchema = z.object({
  iteration: z.number().int().min(0),
  split: evaluationSchema.shape.split,
  games: evaluationSchema.shape.games,
  /** The list of games that must be played; left out: whichever is there. */
  gamesHash: z.string().max(64).optional(),
  stepLimit: z.number().int().min(1).max(200),
  temperature: z.number().min(0).max(5),
  episodes: z.number().int().min(1).max(10_000),
});
export type ReplayRequest = z.output<typeof replayRequestSchema>;

/** What a checkpoint scored when it was evaluated anew, and when (epoch milliseconds). */
export interface Replay {
  evaluation: Evaluation;
  time: number;
}

/** What the child process tells of its progress. */
export const replayProgressSchema = z.object({
  done: z.number().int().min(0),
  total: z.number().int().min(0),
});
export type ReplayProgress = z.output<typeof replayProgressSchema>;

/** A checkpoint that is being evaluated, or could not be. */
export interface ReplayJob {
  id: string;
  runId: string;
  request: ReplayRequest;
  state: 'waiting' | 'playing' | 'failed';
  /** Games; null before the first. */
  progress: ReplayProgress | null;
  /** Of one that failed. */
  message: string | null;
}

/** A checkpoint as the page of its run lists it. */
export interface CheckpointView {
  iteration: number;
  /** When it was written (epoch milliseconds); null where nobody told. */
  time: number | null;
  /** Whether its file is on this machine: then it can be evaluated and forked. */
  isHere: boolean;
  /** Of training. */
  evaluations: Evaluation[];
  /** The newest first. */
  replays: Replay[];
}

/** Asks for the same evaluation once more. */
export function replayRequestOf(evaluation: Evaluation): ReplayRequest {
  const { iteration, split, games, gamesHash, stepLimit, temperature, episodes } = evaluation;
  return { iteration, split, games, gamesHash, stepLimit, temperature, episodes };
}
