import { z } from 'zod';
import { AppError } from './error.ts';
import { ESTIMATORS } from './estimators.ts';
import { GRADIENT_LEVELS, type GradientLevel } from './gradient-levels.ts';
import { LEVELS } from './metrics.ts';
import { SPLITS } from './run-config.ts';

export { GRADIENT_LEVELS, type GradientLevel };

/** Fewer sub-batches give no interval worth the name. */
const FEWEST_SUB_BATCHES = 4;

export const varianceOptionsSchema = z
  .strictObject({
    episodes: z.number().int().min(8).max(65_536).default(3072).describe('Episodes rolled out.'),
    groupSize: z
      .number()
      .int()
      .min(1)
      .max(256)
      .default(8)
      .describe('Episodes of each game; 1 leaves out the estimators that compare episodes of one game.'),
    subBatches: z
      .number()
      .int()
      .min(FEWEST_SUB_BATCHES)
      .max(1024)
      .default(32)
      .describe('Disjoint sub-batches: one gradient each.'),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1)
      .describe('Seed of rollouts and refitted values.'),
    weights: z
      .enum(['output', 'all'])
      .default('output')
      .describe(
        'Gradient of the output layer, which costs one forward pass for all estimators, or of all weights, which takes a hundred times as long.',
      ),
    normalize: z
      .boolean()
      .default(false)
      .describe(
        'Normalise advantages within each sub-batch, as an update does; gradients then have no common scale.',
      ),
    gamma: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .default(null)
      .describe('Discount of the reference; null takes the run’s, 1 measures bias against the plain return.'),
    refit: z
      .boolean()
      .default(false)
      .describe('Fit all value heads anew even where the run has trained them.'),
  })
  .superRefine(({ episodes, groupSize, subBatches }, context) => {
    const multiple = groupSize * subBatches;
    if (episodes % multiple !== 0)
      context.addIssue({
        code: 'custom',
        path: ['episodes'],
        message: `must be a multiple of ${multiple} (${subBatches} sub-batches of whole games, ${groupSize} episodes each)`,
      });
  });
export type VarianceOptions = z.output<typeof varianceOptionsSchema>;

/** Checks options and fills in defaults. Throws AppError `bad-input` naming every wrong field. */
export function parseVarianceOptions(input: unknown): VarianceOptions {
  const { data, error } = varianceOptionsSchema.safeParse(input);
  if (!error) return data;
  throw new AppError(
    'bad-input',
    error.issues
      .map((issue) =>
        issue.code === 'unrecognized_keys'
          ? `${issue.keys.join(', ')}: no such option`
          : `${issue.path.join('.') || 'options'}: ${issue.message}`,
      )
      .join('; '),
  );
}

const count = z.number().int().min(0);
/** Null: not defined, such as a cosine with a gradient of zero. */
const number = z.number().nullable();

/** A statistic with its 95 % jackknife interval over sub-batches. */
const estimateSchema = z.object({ value: number, low: number, high: number });
export type IntervalEstimate = z.output<typeof estimateSchema>;

/**
 * An estimator's gradient on one level. x is the gradient of one sub-batch, r that of the Monte-Carlo reference on the same
 * sub-batch; both are sums over an episode's decisions, means over the sub-batch's episodes.
 */
export const levelGradientSchema = z.object({
  /** Square root of E‖x‖². */
  norm: estimateSchema,
  /** ‖E x‖², unbiased: noise removed, so it may be negative. */
  signal: estimateSchema,
  /** Trace of the covariance of x. */
  variance: estimateSchema,
  /** ‖E x − E r‖², unbiased: noise removed, so it may be negative. */
  squaredBias: estimateSchema,
  /** signal / variance. */
  signalToNoise: estimateSchema,
  /** Mean cosine of x with the reference gradient of all other sub-batches. */
  cosine: estimateSchema,
  /** Cosine of E x with E r, noise removed: 1 = no bias in direction. */
  cosineOfMeans: estimateSchema,
  /** Against turn-level GAE on the same episodes: ratio of variances, difference of cosines. */
  againstFlat: z.object({ variance: estimateSchema, cosine: estimateSchema }),
  /** Over turns that decide something on the level; null for `all`. */
  advantage: z.object({ mean: number, deviation: number, correlation: number }).nullable(),
});
export type LevelGradient = z.output<typeof levelGradientSchema>;

const byLevel = z.partialRecord(z.enum(GRADIENT_LEVELS), levelGradientSchema);

export const varianceReportSchema = z.object({
  /** Iteration of the policy. */
  iteration: count,
  /** Epoch milliseconds. */
  measuredAt: z.number(),
  seconds: z.number(),
  options: varianceOptionsSchema,
  /** Discount of the reference. */
  gamma: z.number(),
  games: z.enum(['real', 'generated']),
  split: z.enum(SPLITS),
  temperature: z.number(),
  turns: count,
  successes: count,
  /** Turns that decide something on the level. */
  decidedTurns: z.partialRecord(z.enum(LEVELS), count),
  /** Value heads as used, with their explained variance of the return on episodes they were not fitted on. */
  heads: z.array(
    z.object({
      level: z.enum(LEVELS),
      origin: z.enum(['run', 'refit']),
      explainedVariance: number,
      turns: count,
    }),
  ),
  /** The Monte-Carlo reference against itself: its squared bias is 0 by construction, its cosine the ceiling of noise. */
  reference: byLevel,
  estimators: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      estimator: z.enum(ESTIMATORS as [string, ...string[]]),
      levels: byLevel,
    }),
  ),
});
export type VarianceReport = z.output<typeof varianceReportSchema>;

/** File of a run's folder that holds its last report. */
export const VARIANCE_FILE = 'variance.json';

export const VARIANCE_PHASES = ['start', 'rollout', 'values', 'forward', 'gradients'] as const;

/** How far a measurement is: `done` of `total` in this phase. */
export const varianceProgressSchema = z.object({
  phase: z.enum(VARIANCE_PHASES),
  done: z.number(),
  total: z.number(),
});
export type VarianceProgress = z.output<typeof varianceProgressSchema>;

/** A measurement that was asked for and has not ended well. */
export type Measurement =
  | { state: 'waiting' }
  | { state: 'measuring'; progress: VarianceProgress | null }
  | { state: 'failed'; message: string };

/** What the page of a run's variance shows. */
export interface VarianceView {
  report: VarianceReport | null;
  measurement: Measurement | null;
}
