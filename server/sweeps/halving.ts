import { type RunConfig, runConfigSchema } from '../contract/run-config.ts';
import { nameRuns } from '../contract/sweep.ts';
import { choicesOf, type SweepPlan } from '../contract/sweep-plan.ts';
import { planRungs, type Rung } from './rungs.ts';

/** A sweep rung by rung: all that is known before it starts. One without halving has a single rung. */
export interface RungPlan {
  rungs: Rung[];
  /** `[rung][configuration][seed]`. */
  configs: RunConfig[][][];
}

/** The sweep with a first rung that all of its configurations can be trained for, such as one longer than the critic's warm-up. */
export function settleFirstRung(plan: SweepPlan): SweepPlan {
  const { halving, configs } = plan;
  if (!halving) return plan;
  const least = Math.max(halving.least, fewestIterations(configs, configs[0]!.iterations));
  return { ...plan, halving: { ...halving, least } };
}

/** Which runs each rung of a sweep has; see settleFirstRung. */
export function planSweep(plan: SweepPlan): RungPlan {
  const { halving, seeds, configs } = plan;
  const choices = choicesOf(plan);
  const whole = choices.map((_, c) => seeds.map((_, s) => configs[s * choices.length + c]!));
  const iterations = Math.max(...configs.map((config) => config.iterations));
  if (!halving) return { rungs: [{ configurations: choices.length, iterations }], configs: [whole] };
  const rungs = planRungs(choices.length, iterations, halving);
  return {
    rungs,
    configs: rungs.map((rung, r) => {
      const names = nameRuns(plan.name, choices, seeds, `, rung ${r + 1} of ${rungs.length}`);
      return whole.map((ofSeeds, c) =>
        ofSeeds.map((config, s) => ({ ...cutShort(config, rung.iterations), name: names[s]![c]! })),
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
