import { z } from 'zod';
import { BOARD_METRICS } from '../contract/board.ts';
import { AppError } from '../contract/error.ts';
import { PRESET_NAMES, type PresetName, presetConfig } from '../contract/presets.ts';
import {
  FIELD_NAMES,
  type FieldName,
  firstDouble,
  type RunConfig,
  type RunConfigInput,
} from '../contract/run-config.ts';
import { combinations, describeChoices, MAX_RUNS_AT_ONCE, meaningOf, nameRuns } from '../contract/sweep.ts';
import { typedLine } from '../contract/text.ts';
import { type Choice, drawChoices, isRange, type Variety } from './draw-choices.ts';

const fieldName = z.enum(FIELD_NAMES);

const rangeSchema = z
  .strictObject({ from: z.number(), to: z.number(), scale: z.enum(['linear', 'log']).default('linear') })
  .refine(({ from, to }) => from < to, 'to: must be above from')
  .refine(({ from, scale }) => scale === 'linear' || from > 0, 'from: must be above 0 for the scale "log"');

const varietySchema = z.union([z.array(z.unknown()).min(1), rangeSchema], {
  error: 'give a list of values, or a range { "from": …, "to": …, "scale": "linear" or "log" }',
});

/** How successive halving goes; see planRungs. */
const halvingSchema = z.strictObject({
  eta: z.number().int().min(2).max(10).default(3),
  /** Of the first rung, if they suffice for all configurations to be trained at all. */
  least: z.number().int().min(1).default(1),
  metric: z.enum(BOARD_METRICS).default('success'),
});
export type HalvingOptions = z.output<typeof halvingSchema>;

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

export interface Sweep {
  name: string;
  preset: PresetName;
  seeds: number[];
  /** What each configuration has in the fields that differ. */
  choices: Choice[];
  /** Seeds outermost, so that a sweep cut short has compared everything on fewer seeds. */
  configs: RunConfig[];
  halving: HalvingOptions | null;
}

/** The runs of a sweep. Throws AppError `bad-input` naming the field, and the combination it is wrong in. */
export function expandSweep(input: unknown): Sweep {
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
  if (halving) requireHalvable(parsed.data);
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
  if (halving && configs.some(({ policy }) => policy === 'endpoint'))
    throw new AppError('bad-input', 'halving: a model behind an endpoint is not trained, so nothing goes on');
  return { name, preset, seeds, choices, configs, halving: halving ?? null };
}

function requireHalvable({ name, vary }: { name: string; vary: object }): void {
  if (name === '')
    throw new AppError('bad-input', 'name: successive halving finds its runs again by it, so give one');
  if ('iterations' in vary)
    throw new AppError('bad-input', 'vary.iterations: the rungs of successive halving set them');
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
