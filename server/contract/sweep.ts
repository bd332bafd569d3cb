import { z } from 'zod';
import { AppError } from './error.ts';
import { PRESET_NAMES, type PresetName, presetConfig } from './presets.ts';
import { FIELD_NAMES, type FieldName, type RunConfig, type RunConfigInput } from './run-config.ts';

/** Most runs one launch may queue. */
export const MAX_RUNS_AT_ONCE = 200;

const fieldName = z.enum(FIELD_NAMES);

/** Runs that differ in some fields: every combination of the values, with every seed. */
const sweepSchema = z.strictObject({
  /** Put in front of the runs' names. */
  name: z.string().trim().max(40).default(''),
  preset: z.enum(PRESET_NAMES).default('quick'),
  /** Fields that all runs share. */
  set: z.partialRecord(fieldName, z.unknown()).default({}),
  /** Fields that differ, each with its values. */
  vary: z.partialRecord(fieldName, z.array(z.unknown()).min(1)).default({}),
  seeds: z.array(z.number().int().min(0)).min(1).default([1]),
});

/**
 * The configs of a sweep, seeds outermost, so that a sweep cut short has compared everything on fewer seeds.
 * Throws AppError `bad-input` naming the field, and the combination it is wrong in.
 */
export function expandSweep(input: unknown): { preset: PresetName; configs: RunConfig[] } {
  const parsed = sweepSchema.safeParse(input);
  if (!parsed.success)
    throw new AppError(
      'bad-input',
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'sweep'}: ${message}`).join('; '),
    );
  const { name, preset, set, vary, seeds } = parsed.data;
  for (const field of ['seed', 'name'] as const)
    if (field in vary) throw new AppError('bad-input', `vary.${field}: give ${field}s by their own key`);
  const varied = combinations(vary as Partial<Record<FieldName, unknown[]>>);
  const count = seeds.length * varied.length;
  if (count > MAX_RUNS_AT_ONCE)
    throw new AppError(
      'bad-input',
      `vary: ${varied.length} combinations with ${seeds.length} seeds are ${count} runs; at most ${MAX_RUNS_AT_ONCE} at once`,
    );
  const configs = seeds.flatMap((seed) =>
    varied.map((values) => {
      const words = Object.entries(values).map(([field, value]) => describeChoice(field, value));
      const changes = { ...set, ...values, seed, name: nameRun(name, words, seed) } as RunConfigInput;
      try {
        return presetConfig(preset, changes);
      } catch (error) {
        if (!(error instanceof AppError) || words.length === 0) throw error;
        throw new AppError(error.code, `with ${words.join(', ')}: ${error.message}`);
      }
    }),
  );
  return { preset, configs };
}

/** Every choice of one value a field, the last field varying fastest; `[{}]` for no fields. */
export function combinations<K extends string, T>(
  values: Partial<Record<K, readonly T[]>>,
): Partial<Record<K, T>>[] {
  return (Object.entries(values) as [K, readonly T[]][]).reduce<Partial<Record<K, T>>[]>(
    (done, [key, choices]) => done.flatMap((chosen) => choices.map((value) => ({ ...chosen, [key]: value }))),
    [{}],
  );
}

/** `hae`, `kappa 0.5`: a varied field and its value in the name of a run. */
export function describeChoice(field: string, value: unknown): string {
  const text = Array.isArray(value) ? value.join('+') : String(value);
  return field === 'estimator' ? text : `${field} ${text}`;
}

/** `kappa study: hae, kappa 0.5, seed 2`, cut to what a name may have; empty where nothing tells the runs apart. */
export function nameRun(name: string, words: readonly string[], seed: number): string {
  if (words.length === 0 && name === '') return '';
  const text = [...words, `seed ${seed}`].join(', ');
  return `${name ? `${name}: ` : ''}${text}`.slice(0, 80);
}
