import { z } from 'zod';
import { AppError } from './error.ts';
import { PRESET_NAMES, type PresetName, presetConfig } from './presets.ts';
import {
  FIELD_NAMES,
  type FieldName,
  firstDouble,
  LONGEST_NAME,
  type RunConfig,
  type RunConfigInput,
} from './run-config.ts';
import { shortenMiddle, typedLine } from './text.ts';

/** Most runs one launch may queue. */
export const MAX_RUNS_AT_ONCE = 200;

const fieldName = z.enum(FIELD_NAMES);

/** Runs that differ in some fields: every combination of the values, with every seed. */
const sweepSchema = z.strictObject({
  /** Put in front of the runs' names. */
  name: typedLine(40).default(''),
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
  for (const [key, values] of [['seeds', seeds], ...varyLists(vary)] as const) {
    const double = firstDouble(values.map(meaningOf));
    if (double !== undefined) throw new AppError('bad-input', `${key}: lists ${double} twice`);
  }
  const varied = combinations(vary as Partial<Record<FieldName, unknown[]>>);
  const count = seeds.length * varied.length;
  if (count > MAX_RUNS_AT_ONCE)
    throw new AppError(
      'bad-input',
      `vary: ${varied.length} combinations with ${seeds.length} seeds are ${count} runs; at most ${MAX_RUNS_AT_ONCE} at once`,
    );
  const names = nameRuns(name, varied, seeds);
  const configs = seeds.flatMap((seed, s) =>
    varied.map((values, v) => {
      const words = describeChoices(values);
      const changes = { ...set, ...values, seed, name: names[s]![v]! } as RunConfigInput;
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

function varyLists(vary: Partial<Record<FieldName, unknown[]>>): [string, unknown[]][] {
  return Object.entries(vary).map(([field, values]) => [`vary.${field}`, values]);
}

/** The same text for values that make the same run: lists of task types or step limits have no order. */
export function meaningOf(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? [...value].sort() : value);
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

/** `hae`, `kappa 0.5`: each varied field and its value in the words of a run's name, the estimator first. */
export function describeChoices(choices: Readonly<Record<string, unknown>>): string[] {
  const { estimator, ...others } = choices;
  const words = Object.entries(others).map(
    ([field, value]) => `${field} ${Array.isArray(value) ? value.join('+') : String(value)}`,
  );
  return estimator === undefined ? words : [String(estimator), ...words];
}

/** What is left of a sweep's own name where a run's name would be too long. */
const SHORT_NAME = 24;

/**
 * `kappa study: hae, kappa 0.5, seed 2`: a name of its own for each seed (outer) and choice of values (inner). Where that is
 * too long, the middle goes, never the estimator or the seed; where names would be equal then, the choice's number tells them
 * apart. Empty where nothing tells the runs apart.
 */
export function nameRuns(
  name: string,
  choices: readonly Readonly<Record<string, unknown>>[],
  seeds: readonly number[],
): string[][] {
  const nameAll = (numbered: boolean) =>
    seeds.map((seed) =>
      choices.map((values, i) => nameRun(name, values, `seed ${seed}${numbered ? ` #${i + 1}` : ''}`)),
    );
  const names = nameAll(false);
  const all = names.flat();
  return new Set(all).size < all.length && all[0] !== '' ? nameAll(true) : names;
}

function nameRun(name: string, values: Readonly<Record<string, unknown>>, end: string): string {
  const words = describeChoices(values);
  if (words.length === 0 && name === '') return '';
  const compose = (title: string, parts: readonly string[]) =>
    `${title ? `${title}: ` : ''}${[...parts, end].filter(Boolean).join(', ')}`;
  const full = compose(name, words);
  if (full.length <= LONGEST_NAME) return full;
  const title = shortenMiddle(name, SHORT_NAME);
  const whole = values.estimator === undefined ? [] : words.slice(0, 1);
  const room = LONGEST_NAME - compose(title, [...whole, '-']).length + 1;
  return compose(title, [...whole, shortenMiddle(words.slice(whole.length).join(', '), room)]);
}
