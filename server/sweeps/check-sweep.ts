import { AppError } from '../contract/error.ts';
import { FIELD_NAMES, firstDouble, type RunConfig } from '../contract/run-config.ts';
import type { SweepPlan } from '../contract/sweep-plan.ts';

/** Throws AppError `bad-input` naming the part of a sweep that does not fit the others. */
export function checkSweep({ seeds, configs, vary, halving }: SweepPlan): void {
  const doubleSeed = firstDouble(seeds.map(String));
  if (doubleSeed !== undefined) throw wrong('seeds', `lists ${doubleSeed} twice`);
  const fixed = vary.find((field) => field === 'seed' || field === 'name');
  if (fixed) throw wrong('vary', `${fixed} cannot vary: each seed has its own run and each run its name`);
  const count = configs.length / seeds.length;
  if (!Number.isInteger(count))
    throw wrong(
      'configs',
      `are ${configs.length}: give every configuration with each of ${seeds.length} seeds`,
    );
  for (const [index, config] of configs.entries()) {
    const seed = seeds[Math.floor(index / count)];
    if (config.seed !== seed)
      throw wrong(
        'configs',
        `number ${index + 1} has seed ${config.seed}, not ${seed}: seeds come outermost`,
      );
    const other = differing(config, configs[index % count]!);
    if (other) throw wrong('configs', `${other} differs between the seeds of one configuration`);
  }
  const doubleConfig = firstDouble(
    configs.slice(0, count).map((config) => JSON.stringify({ ...config, name: '' })),
  );
  if (doubleConfig !== undefined) throw wrong('configs', 'hold the same configuration twice');
  if (!halving) return;
  if (vary.includes('iterations'))
    throw wrong('vary', 'iterations: the rungs of successive halving set them');
  if (differs(configs, 'iterations')) throw wrong('configs', 'differ in iterations, which the rungs set');
  if (configs.some(({ policy }) => policy === 'endpoint'))
    throw wrong('halving', 'a model behind an endpoint is not trained, so nothing goes on');
}

/** A field in which two configs differ that is neither seed nor name. */
function differing(a: RunConfig, b: RunConfig): string | undefined {
  return FIELD_NAMES.find(
    (field) => field !== 'seed' && field !== 'name' && JSON.stringify(a[field]) !== JSON.stringify(b[field]),
  );
}

function differs(configs: readonly RunConfig[], field: 'iterations'): boolean {
  return new Set(configs.map((config) => config[field])).size > 1;
}

function wrong(field: string, message: string): AppError {
  return new AppError('bad-input', `${field}: ${message}`);
}
