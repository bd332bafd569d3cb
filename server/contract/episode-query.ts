import { z } from 'zod';
import type { EpisodeSummary } from './episode.ts';
import { LARGEST_STORED_INTEGER } from './limits.ts';
import { type RunConfig, SPLITS, type Split } from './run-config.ts';
import { typedLine } from './text.ts';

const count = z.number().int().min(0).max(LARGEST_STORED_INTEGER).optional();

/** Which episodes of a run are wanted; what is absent does not matter. */
export const episodeFilterSchema = z.strictObject({
  fromIteration: count,
  toIteration: count,
  evaluation: z.boolean().optional(),
  split: z.enum(SPLITS).optional(),
  taskType: typedLine(400).optional(),
  won: z.boolean().optional(),
  /** Turns. */
  minLength: count,
  maxLength: count,
  minReward: z.number().optional(),
  maxReward: z.number().optional(),
  /** Chose a sub-goal anew more often than this. */
  switchedMoreThan: count,
  /** Has an inadmissible action, or a response that broke its format. */
  faulty: z.boolean().optional(),
  gameId: typedLine(400).optional(),
  /** In its first observation, sub-goals or actions; capitals do not matter. */
  text: typedLine(200).optional(),
});
export type EpisodeFilter = z.output<typeof episodeFilterSchema>;

/** Episodes of one answer. */
export const EPISODES_A_PAGE = 200;

/** A piece of a list, newest iteration first. */
export interface EpisodePage {
  episodes: EpisodeSummary[];
  /** Ask for what comes after this one; null: that was the last. */
  next: string | null;
  /** All that fit the filter. */
  total: number;
}

/** What there is to read of a run, and what there was no room for. */
export interface EpisodeOverview {
  /** Episodes that the trainer handed over, and those of them that are stored. */
  recorded: number;
  stored: number;
  bytes: number;
  roomBytes: number;
  /** Only iterations that it divides have theirs, beside the last; 1: all have. */
  stride: number;
  splits: { split: Split; evaluation: boolean }[];
  taskTypes: string[];
}

/** One episode to read. */
export interface EpisodeDetail {
  run: { id: string; name: string; config: RunConfig };
  summary: EpisodeSummary;
  /** See `unpackEpisode`. */
  packed: string;
  /** Ids of its neighbours among the stored ones of its rollout or evaluation. */
  previous: string | null;
  next: string | null;
  /** Others of the same game to read beside it, the nearest in training first. */
  others: EpisodeSummary[];
  /** Nothing else can be read from here: neither its run nor other episodes. */
  isAlone: boolean;
}
