/** Where resampling draws from: uniform in [0, 1). */
export interface Uniform {
  next(): number;
}

/** Scores of runs that share nothing but the algorithm: `[strata][runs]`, e.g. success by task type of every seed. */
export type Scores = readonly (readonly number[])[];

/**
 * Interquartile mean: the mean of what is left when a quarter of the values, rounded down, is cut at either end (Agarwal et
 * al. 2021, arXiv 2108.13264). Less swayed by one lucky run than the mean, less wasteful than the median. NaN for no values.
 */
export function interquartileMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort(); // several times as fast as sorting an array
  const cut = Math.floor(sorted.length / 4);
  const kept = sorted.subarray(cut, sorted.length - cut);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

/** {@link interquartileMean} over all strata and runs. */
export function pooledInterquartileMean(scores: Scores): number {
  return interquartileMean(scores.flat());
}

/**
 * Probability that a run of `a` scores higher than a run of `b`: the share of pairs it wins, ties counted half (Mann and Whitney's U),
 * mean over the strata. 0.5 = no difference. NaN where a stratum has no runs.
 */
export function probabilityOfImprovement(a: Scores, b: Scores): number {
  const shares = a.map((own, stratum) => {
    const other = b[stratum] ?? [];
    let wins = 0;
    for (const x of own) for (const y of other) wins += x > y ? 1 : x === y ? 0.5 : 0;
    return wins / (own.length * other.length);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export interface BootstrapOptions {
  random: Uniform;
  /** Share of resamples inside the interval. */
  level?: number;
  repetitions?: number;
}

/**
 * Percentile interval of a statistic by the stratified bootstrap (Agarwal et al. 2021): every resample draws, in each stratum
 * of each algorithm independently, as many runs as there are, with replacement. Runs (seeds) are the unit, not episodes, so
 * it covers the luck of training. NaN ends where the statistic is.
 */
export function stratifiedBootstrap(
  samples: readonly Scores[],
  statistic: (...samples: Scores[]) => number,
  options: BootstrapOptions,
): [low: number, high: number] {
  return stratifiedBootstraps(samples, (...resampled) => [statistic(...resampled)], options)[0]!;
}

/** The same for several statistics of the same resamples. */
export function stratifiedBootstraps(
  samples: readonly Scores[],
  statistics: (...samples: Scores[]) => readonly number[],
  { random, level = 0.95, repetitions = 2000 }: BootstrapOptions,
): [low: number, high: number][] {
  const values: Float64Array[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const resampled = samples.map((scores) => scores.map((runs) => resample(runs, random)));
    statistics(...resampled).forEach((value, index) => {
      values[index] ??= new Float64Array(repetitions);
      values[index][repetition] = value;
    });
  }
  const tail = (1 - level) / 2;
  return values.map((sorted) => [quantile(sorted.sort(), tail), quantile(sorted, 1 - tail)]);
}

function resample(values: readonly number[], random: Uniform): number[] {
  return values.map(() => values[Math.floor(random.next() * values.length)] as number);
}

/** Linear interpolation between the two nearest of sorted values. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (at - below) * (high - low);
}
