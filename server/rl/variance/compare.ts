import { LEVELS, type Level } from '../../contract/metrics.ts';
import {
  GRADIENT_LEVELS,
  type GradientLevel,
  type LevelGradient,
  type VarianceReport,
} from '../../contract/variance.ts';
import { advantageMoments } from './advantages.ts';
import { estimate, type GradientStatistics, gradientProducts, leaveOneOut } from './statistics.ts';

/** Sub-batch gradients `[subBatches][weights]` and advantages `[decided turns]` of one level. */
interface LevelSample {
  vectors: Float32Array[];
  advantages: number[];
}
/** An estimator's, of the levels that the format has. */
export type Sample = Partial<Record<Level, LevelSample>>;

/** Of each level and of all together: statistics of all sub-batches, then without each one; and the advantages. */
export type Compared = Partial<
  Record<GradientLevel, { statistics: GradientStatistics[]; advantage: LevelGradient['advantage'] }>
>;

export function compare(own: Sample, reference: Sample): Compared {
  const present = LEVELS.filter((level) => own[level]);
  const result: Compared = {};
  for (const level of present) {
    const [x, r] = [own[level] as LevelSample, reference[level] as LevelSample];
    result[level] = {
      statistics: leaveOneOut(gradientProducts(x.vectors, r.vectors)),
      advantage: advantageMoments(x.advantages, r.advantages),
    };
  }
  const sum = (sample: Sample) => addVectors(present.map((level) => (sample[level] as LevelSample).vectors));
  result.all = { statistics: leaveOneOut(gradientProducts(sum(own), sum(reference))), advantage: null };
  return result;
}

/** Estimates with intervals, those against `flat` on the same sub-batches. */
export function describe(compared: Compared, flat: Compared): VarianceReport['reference'] {
  const levels = GRADIENT_LEVELS.flatMap((level): [GradientLevel, LevelGradient][] => {
    const own = compared[level];
    const other = flat[level]?.statistics;
    if (!own || !other) return [];
    const { statistics, advantage } = own;
    const pair = (read: (own: GradientStatistics, other: GradientStatistics) => number) =>
      estimate(statistics.map((at, i) => read(at, other[i] as GradientStatistics)));
    const single = (name: keyof GradientStatistics) => estimate(statistics.map((at) => at[name]));
    return [
      [
        level,
        {
          norm: single('norm'),
          signal: single('signal'),
          variance: single('variance'),
          squaredBias: single('squaredBias'),
          signalToNoise: single('signalToNoise'),
          cosine: single('cosine'),
          cosineOfMeans: single('cosineOfMeans'),
          againstFlat: {
            variance: pair((x, y) => x.variance / y.variance),
            cosine: pair((x, y) => x.cosine - y.cosine),
          },
          advantage,
        },
      ],
    ];
  });
  return Object.fromEntries(levels);
}

/** Sum over levels of each sub-batch's vectors. */
function addVectors(levels: readonly (readonly Float32Array[])[]): Float32Array[] {
  const [first = [], ...others] = levels;
  return first.map((vector, b) =>
    vector.map((x, i) => others.reduce((total, vectors) => total + (vectors[b]?.[i] as number), x)),
  );
}
