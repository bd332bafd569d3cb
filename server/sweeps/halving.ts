import { AppError } from '../contract/error.ts';
import { latestEvaluation } from '../contract/evaluations.ts';
import { FIELD_NAMES, type RunConfig, runConfigSchema } from '../contract/run-config.ts';
import { nameRuns } from '../contract/sweep.ts';
import type { RunSummary } from '../contract/views.ts';
import { directionOf, metricOf } from '../stats/board-metrics.ts';
import { planRungs, type Rung } from './rungs.ts';
import type { HalvingOptions, Sweep } from './sweep.ts';

/** Successive halving of a sweep: all that is known before it starts. */
export interface HalvingPlan {
  sweep: Sweep;
  options: HalvingOptions;
  rungs: Rung[];
  /** `[rung][configuration][seed]`. */
  configs: RunConfig[][][];
}

/** How a configuration stands on the last rung that it reached. */
export interface Standing {
  /** Its place among the choices of the sweep. */
  configuration: number;
  /** From 1 on. */
  rung: number;
  /** Mean of the metric over its seeds; not a number where a run has none. */
  value: number;
  /** One a seed. */
  runs: RunSummary[];
}

/** Throws AppError `bad-input` for a sweep without halving. */
export function planHalving(sweep: Sweep): HalvingPlan {
  const { halving: options, choices, seeds, configs } = sweep;
  if (!options) throw new AppError('bad-input', 'halving: is missing, as in "halving": { "eta": 3 }');
  const iterations = configs[0]!.iterations;
  const least = Math.max(options.least, fewestIterations(configs, iterations));
  const rungs = planRungs(choices.length, iterations, { eta: options.eta, least });
  return {
    sweep,
    options,
    rungs,
    configs: rungs.map((rung, r) => {
      const names = nameRuns(sweep.name, choices, seeds, `, rung ${r + 1} of ${rungs.length}`);
      return choices.map((_, c) =>
        seeds.map((_, s) => ({
          ...cutShort(configs[s * choices.length + c]!, rung.iterations),
          name: names[s]![c]!,
        })),
      );
    }),
  };
}

/** The first part of a run: its learning rate is on the way to where the whole run ends. */
function cutShort(config: RunConfig, iterations: number): RunConfig {
  const { learningRate, finalLearningRate } = config;
  if (iterations === config.iterations) return config;
  const share = (iterations - 1) / (config.iterations - 1);
  return {
    ...config,
    iterations,
    finalLearningRate: learningRate + share * (finalLearningRate - learningRate),
  };
}

/** The fewest iterations that all of these configs may have, such as one more than the critic's warm-up. */
function fewestIterations(configs: readonly RunConfig[], most: number): number {
  const areFit = (iterations: number) =>
    configs.every((config) => runConfigSchema.safeParse({ ...config, iterations }).success);
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (areFit(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** The run of a config that went on from `parent`, or began anew (null); the first of several. `runs` come newest first. */
export function findRun(
  runs: readonly RunSummary[],
  config: RunConfig,
  parent: Pick<RunSummary, 'id'> | null,
): RunSummary | undefined {
  return runs.findLast(
    (run) =>
      run.config !== null &&
      run.importedFrom === null &&
      (run.parent?.id ?? null) === (parent?.id ?? null) &&
      isSame(run.config, config),
  );
}

function isSame(a: RunConfig, b: RunConfig): boolean {
  return FIELD_NAMES.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));
}

/** The mean of a metric over the runs of a configuration, at their end; not a number unless all of them have it. */
export function scoreOf(runs: readonly RunSummary[], metric: HalvingOptions['metric']): number {
  const values = runs.map(({ state, finalEvaluations }) => {
    const final = state === 'finished' ? latestEvaluation(finalEvaluations) : null;
    return (final && metricOf(metric, final)) ?? Number.NaN;
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The best first; of equals the one that the sweep names first. Those without a value are out. */
export function rank(standings: readonly Standing[], metric: HalvingOptions['metric']): Standing[] {
  const direction = directionOf(metric);
  return standings
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => direction * (b.value - a.value) || a.configuration - b.configuration);
}
