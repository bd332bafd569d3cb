import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import { PRESET_NAMES, presetConfig } from '../contract/presets.ts';
import { FIELD_NAMES, type FieldName, firstDouble, type RunConfigInput } from '../contract/run-config.ts';
import { combinations, describeChoices, MAX_RUNS_AT_ONCE, meaningOf, nameRuns } from '../contract/sweep.ts';
import { halvingSchema, type SweepPlan } from '../contract/sweep-plan.ts';
import { typedLine } from '../contract/text.ts';
import { drawChoices, isRange, type Variety } from './draw-choices.ts';
import { settleFirstRung } from './halving.ts';

const fieldName = z.enum(FIELD_NAMES);

const rangeSchema = z
  .strictObject({ from: z.number(), to: z.number(), scale: z.enum(['linear', 'log']).default('linear') })
  .refine(({ from, to }) => from < to, 'to: must be above from')
  .refine(({ from, scale }) => scale === 'linear' || from > 0, 'from: must be above 0 for the scale "log"');

const varietySchema = z.union([z.array(z.unknown()).min(1), rangeSchema], {
  error: 'give a list of values, or a range { "from": …, "to": …, "scale": "linear" or "log" }',
});

/** Runs that differ in some fields: every combination of the values, or some that are drawn, with every seed. */
const sweepSchema = z.strictObject({
  /** Put in front of the runs' names. */
  name: typedLine(40).default(''),
  preset: z.enum(PRESET_NAMES).default('quick'),
  /** Fields that all runs share. */
  set: z.partialRecord(fieldName, z.unknown()).default({}),
  /** Fields that differ, each with its values. */
  vary: z.partialRecord(fieldName, varietySchema).default({}),
  seeds: z.array(z.number().int().min(0)).min(1).default([1]),
  /** Draws configurations instead of taking every combination. */
  random: z
    .strictObject({
      configurations: z.number().int().min(1).max(MAX_RUNS_AT_ONCE),
      seed: z.number().int().min(0).default(1),
    })
    .optional(),
  /** Trains all for a while, and only the best to the end. */
  halving: halvingSchema.optional(),
});

/** The runs of a sweep. Throws AppError `bad-input` naming the field, and the combination it is wrong in. */
export function expandSweep(input: unknown): SweepPlan {
  const parsed = sweepSchema.safeParse(input);
  if (!parsed.success)
    throw new AppError(
      'bad-input',
      parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'sweep'}: ${message}`).join('; '),
    );
  const { name, preset, set, vary, seeds, random, halving } = parsed.data;
  for (const field of ['seed', 'name'] as const)
    if (field in vary) throw new AppError('bad-input', `vary.${field}: give ${field}s by their own key`);
  for (const [key, values] of [['seeds', seeds], ...varyLists(vary)] as const) {
    const double = firstDouble(values.map(meaningOf));
    if (double !== undefined) throw new AppError('bad-input', `${key}: lists ${double} twice`);
  }
  if (halving && 'iterations' in vary)
    throw new AppError('bad-input', 'vary.iterations: the rungs of successive halving set them');
  const choices = random ? drawChoices(vary, random) : combinations(requireLists(vary));
  const count = seeds.length * choices.length;
  if (count > MAX_RUNS_AT_ONCE)
    throw new AppError(
      'bad-input',
      `vary: ${choices.length} combinations with ${seeds.length} seeds are ${count} runs; at most ${MAX_RUNS_AT_ONCE} at once`,
    );
  const names = nameRuns(name, choices, seeds);
  const configs = seeds.flatMap((seed, s) =>
    choices.map((values, v) => {
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
  return settleFirstRung({
    ...{ name, preset, seeds, configs },
    vary: Object.keys(vary) as FieldName[],
    drawn: random !== undefined,
    halving: halving ?? null,
  });
}

/** Throws AppError `bad-input` for a range, which has no end of values. */
function requireLists(vary: Partial<Record<FieldName, Variety>>): Partial<Record<FieldName, unknown[]>> {
  for (const [field, variety] of Object.entries(vary))
    if (isRange(variety))
      throw new AppError(
        'bad-input',
        `vary.${field}: numbers of a range are drawn: add "random": { "configurations": 20 }`,
      );
  return vary as Partial<Record<FieldName, unknown[]>>;
}

function varyLists(vary: Partial<Record<FieldName, Variety>>): [string, unknown[]][] {
  return Object.entries(vary).flatMap(([field, variety]): [string, unknown[]][] =>
    isRange(variety) ? [] : [[`vary.${field}`, [...variety]]],
  );
}
