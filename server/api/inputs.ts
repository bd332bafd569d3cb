import { z } from 'zod';
import { LARGEST_STORED_INTEGER, LONGEST_TAG, MOST_COMPARED } from '../contract/limits.ts';
import { typedLine } from '../contract/text.ts';

/** Fields of a run; `parseRunConfig` checks them and names what is wrong. */
export const configInput = z.unknown();
/** Settings of a measurement; `parseVarianceOptions` checks them. */
export const varianceOptionsInput = z.unknown();
/** Ids become folder names: only what `newRunId` makes. */
export const runId = z.string().regex(/^[a-z0-9]{6,32}$/, 'is not the id of a run');
export const byRun = z.object({ id: runId });
export const runIds = z.array(runId).min(1).max(MOST_COMPARED);
/** One word, so that a filter can name it. */
export const tag = typedLine(LONGEST_TAG).refine(
  (text) => /^[^\s,]+$/.test(text),
  'is not one word: leave out blanks and commas',
);
export const shareId = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, 'is not the id of a share');
export const shareToken = z.string().regex(/^[A-Za-z0-9_-]{20,100}$/, 'is not a share token');
export const episodeId = z.string().regex(/^[a-z0-9_-]{1,80}$/, 'is not the id of an episode');
/** A `seq` of an event, or a version; larger numbers do not fit its column. */
export const eventSeq = z.number().int().min(1).max(LARGEST_STORED_INTEGER);
export const iteration = z.number().int().min(0).max(LARGEST_STORED_INTEGER);
/** Columns of a curve that are wanted; absent: all. */
export const keys = z.array(z.string().max(300)).min(1).max(20).optional();
/** Rows of a curve that are wanted at most. */
export const points = z.number().int().min(8).max(2000).optional();
