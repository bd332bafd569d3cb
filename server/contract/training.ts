import { z } from 'zod';
import type { Histogram } from './histogram.ts';
import { LARGEST_STORED_INTEGER } from './limits.ts';
import type { Level } from './metrics.ts';
import { typedLine } from './text.ts';

/** Columns of a view over training: iterations side by side, summarised by a power of two where a run has more. */
export const MOST_COLUMNS = 128;

/** What the training episodes of some iterations add up to. */
export interface TrainingColumn {
  /** The iterations, both included. */
  from: number;
  to: number;
  episodes: number;
  won: number;
  /** Advantages before normalisation; all of a level in bins of the same width. */
  advantages: Partial<Record<Level, Histogram>>;
  /** Segments of 1, 2 … turns, the last entry longer ones, too. */
  segmentLengths: number[];
}

export interface TrainingOverview {
  /** Last finished iteration. */
  last: number;
  /** Iterations of one column. */
  bin: number;
  /** Iterations that were counted: fewer than `last` where an earlier version trained some. */
  counted: number;
  /**
   * Episodes behind the columns where an earlier version trained all of it: of those that are stored to be read, which are no fair sample;
   * null: all that were played in the counted iterations.
   */
  stored: number | null;
  columns: TrainingColumn[];
}

export const SUBGOAL_ORDERS = ['frequent', 'pays', 'costs'] as const;
export type SubgoalOrder = (typeof SUBGOAL_ORDERS)[number];
export const MOST_SUBGOALS = 100;

const iteration = z.number().int().min(1).max(LARGEST_STORED_INTEGER).optional();

/** Which sub-goals of a run are wanted. */
export const subgoalQuerySchema = z.strictObject({
  /** Counted over these iterations; absent: all. */
  from: iteration,
  to: iteration,
  /** In its words; capitals do not matter. */
  text: typedLine(200).optional(),
  order: z.enum(SUBGOAL_ORDERS).default('frequent'),
  limit: z.number().int().min(1).max(MOST_SUBGOALS).default(20),
});
export type SubgoalQuery = z.output<typeof subgoalQuerySchema>;

/** A mean with its standard error; null: of nothing, or of one. */
export interface Mean {
  n: number;
  mean: number | null;
  error: number | null;
}

/** One sub-goal over training. */
export interface SubgoalRow {
  text: string;
  segments: number;
  /** Of all segments. */
  share: number;
  /** Turns of a segment. */
  meanLength: number;
  /** Episodes that have it at least once, and those that were won. */
  episodes: number;
  won: number;
  /** Share won with a 95 % Wilson interval. */
  rate: number;
  interval: [low: number, high: number];
  /** Share won of all episodes of the same iterations and task types. */
  expected: number;
  /** Reward of these episodes. */
  reward: Mean;
  /** Advantage of its choice before normalisation. */
  advantage: Mean;
  /** Its share of the segments by column; null: there were none. */
  overTime: (number | null)[];
}

export interface SubgoalList {
  /** Of the iterations asked for. */
  segments: number;
  episodes: number;
  /** Segments whose sub-goal was too rare in its iteration to be counted on its own. */
  otherSegments: number;
  /** Different sub-goals, and those of them that the text is in. */
  distinct: number;
  matching: number;
  rows: SubgoalRow[];
}
