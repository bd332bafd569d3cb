import { z } from 'zod';
import { LEVELS } from './metrics.ts';
import { SUBGOAL_SUMS, type SubgoalSum } from './subgoal-sums.ts';
import { saidText } from './text.ts';

const count = z.number().int().min(0);

const histogramSchema = z.object({
  exponent: z.number().int().min(-64).max(64),
  first: z.number().int(),
  counts: z.array(count).max(1000),
  zeros: count,
  sum: z.number(),
  squares: z.number(),
});

/** Longest segment that is told apart from longer ones, in turns. */
export const LONGEST_SEGMENT = 64;
/** Sub-goals of a tally that are told one by one, the most frequent ones. */
export const SUBGOALS_A_TALLY = 256;
export const LONGEST_SUBGOAL = 200;

/** Columns, one entry a sub-goal. */
const subgoalsSchema = z.object({
  text: z.array(saidText(LONGEST_SUBGOAL)).max(SUBGOALS_A_TALLY),
  ...(Object.fromEntries(
    SUBGOAL_SUMS.map((key) => [key, z.array(z.number()).max(SUBGOALS_A_TALLY)]),
  ) as Record<SubgoalSum, z.ZodArray<z.ZodNumber>>),
});

/** What all training episodes of some iterations, `from` to `iteration`, add up to. */
export const tallySchema = z.object({
  kind: z.literal('tally'),
  from: count,
  iteration: count,
  episodes: count,
  won: count,
  /** Advantages before normalisation of every decision, as the metric `advantageMean` takes their mean; see `Histogram`. */
  advantages: z.partialRecord(z.enum(LEVELS), histogramSchema),
  /** Segments of 1, 2 … turns; the last entry counts all longer ones. Empty where turns have no sub-goals. */
  segmentLengths: z.array(count).max(LONGEST_SEGMENT),
  subgoals: subgoalsSchema,
  /** Segments whose sub-goal is not among those told one by one. */
  otherSegments: count,
});
export type TallyEvent = z.output<typeof tallySchema>;
