import { AppError } from '../../../server/contract/error.ts';
import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import { type FieldName, firstDouble, type RunConfig } from '../../../server/contract/run-config.ts';
import { combinations, describeChoices, MAX_RUNS_AT_ONCE, nameRuns } from '../../../server/contract/sweep.ts';
import type { SweepPlan } from '../../../server/contract/sweep-plan.ts';
import { drawChoices, type NumberRange } from '../../../server/sweeps/draw-choices.ts';
import { settleFirstRung } from '../../../server/sweeps/halving.ts';
import { type Draft, type DraftReading, formField, readDraft, type VariedField } from './form-model.ts';
import { fitChoices } from './launch-state.ts';
import { FIRST_OPTIONS, type OptionError, readOptions, type SweepOptions } from './sweep-options.ts';

/** Fields that can vary: one short value each. */
export const VARIABLE_FIELDS: FieldName[] = FIELD_NAMES.filter((name) =>
  ['choice', 'number', 'switch'].includes(formField(name).control.kind),
);

/** What may be typed for a field, for its placeholder. */
export function exampleValues(name: FieldName, draws = false): string {
  const { control } = formField(name);
  if (control.kind === 'choice') return control.options.join(', ');
  if (control.kind === 'switch') return 'yes, no';
  const isWhole = control.kind === 'number' && control.integer;
  if (draws) return isWhole ? 'such as 1, 2 or 1 to 8' : 'such as 0.5, 1 or 0.0001 to 0.01 log';
  return isWhole ? 'such as 1, 2' : 'such as 0.5, 1';
}

/** What a draft with varied fields means. */
export type SweepReading = DraftReading & {
  /** What is launched as one experiment; null where nothing varies, or something is wrong. */
  plan: SweepPlan | null;
  /** An option of the sweep that is wrong. */
  problem: OptionError | null;
};

type Values = Partial<Record<FieldName, string[] | NumberRange>>;

/** Reads a draft with varied fields into one config for every choice of values and seed, seeds outermost. */
export function readSweep(
  draft: Draft,
  varied: readonly VariedField[],
  base: RunConfig,
  options: SweepOptions = FIRST_OPTIONS,
): SweepReading {
  if (varied.length === 0) return { ...readDraft(draft, base), plan: null, problem: null };
  const read = readOptions(options);
  if ('option' in read) return optionFailure(read);
  const { draw, halving } = read;
  const values: Values = {};
  for (const { field, values: text } of varied) {
    const reading = readValues(field, text, draw !== null);
    if (typeof reading === 'string') return failure(field, reading);
    if (field === 'iterations' && halving) return failure(field, 'cannot vary: the rungs set it');
    values[field] = reading;
  }
  const all = draw ? tryDraw(values, draw) : combinations(values as Partial<Record<FieldName, string[]>>);
  if ('option' in all) return optionFailure(all);
  const readings = all.map((chosen) => ({
    chosen,
    reading: readDraft(withValues(draft, chosen), base),
  }));
  const wrong = readings.find(({ reading }) => !reading.ok);
  if (wrong && !wrong.reading.ok) {
    const [error] = wrong.reading.errors;
    return failure(error!.field, `${error!.message} (with ${describeChoices(wrong.chosen).join(', ')})`);
  }
  const double = findDouble(values);
  if (double) return failure(double, 'lists a value twice');
  const seeds = readings[0]?.reading.configs.map(({ seed }) => seed) ?? [];
  if (all.length * seeds.length > MAX_RUNS_AT_ONCE)
    return failure(
      'seed',
      `${all.length} configurations with ${seeds.length} seeds: at most ${MAX_RUNS_AT_ONCE} runs at once`,
    );
  const name = String(draft.name).trim();
  const names = nameRuns(name, all, seeds);
  const configs = seeds.flatMap((_, s) =>
    readings.map(({ reading }, v) => ({ ...(reading.configs[s] as RunConfig), name: names[s]![v]! })),
  );
  const vary = varied.map(({ field }) => field);
  const plan = settleFirstRung({ name, preset: null, vary, seeds, configs, drawn: draw !== null, halving });
  return { ok: true, configs, errors: [], plan, problem: null };
}

/** `.5` and `0.5` are one value, `yes` and `true` are: what is meant counts, not its letters. */
function findDouble(values: Values): FieldName | undefined {
  return (Object.keys(values) as FieldName[]).find((field) => {
    const listed = values[field];
    if (!Array.isArray(listed)) return false;
    const meant = listed.map((value) => (isNumber(field) ? Number(value) : typed({ [field]: value })[field]));
    return firstDouble(meant.map(String)) !== undefined;
  });
}

function isNumber(field: FieldName): boolean {
  return formField(field).control.kind === 'number';
}

/** What was typed for a field, or what is wrong with it. */
function readValues(field: FieldName, text: string, draws: boolean): string[] | NumberRange | string {
  const range = /^\s*(\S+)\s+to\s+(\S+?)(\s+log)?\s*$/i.exec(text);
  if (range && isNumber(field)) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (!draws) return 'is a range: choose “drawn at random” below, or list values';
    if (Number.isNaN(from) || Number.isNaN(to))
      return `“${text.trim()}” is no range: such as 0.0001 to 0.01 log`;
    if (from >= to) return 'is a range that ends where it begins, or before: the smaller number comes first';
    if (range[3] && from <= 0) return 'is a range by logarithms: it begins above 0';
    return { from, to, scale: range[3] ? 'log' : 'linear' };
  }
  const list = text.split(/[,\s]+/).filter(Boolean);
  return list.length > 0 ? list : `needs values to vary over (${exampleValues(field, draws)})`;
}

/** Drawn numbers become text, as if they had been typed. */
function tryDraw(
  values: Values,
  draw: { configurations: number; seed: number },
): Partial<Record<FieldName, string>>[] | OptionError {
  try {
    return drawChoices(values, draw).map((choice) =>
      Object.fromEntries(Object.entries(choice).map(([field, value]) => [field, String(value)])),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { option: 'configurations', message: error.message.replace(/^[\w.]+: /, '') };
  }
}

function failure(field: FieldName, message: string): SweepReading {
  return { ok: false, configs: [], errors: [{ field, message }], plan: null, problem: null };
}

function optionFailure(problem: OptionError): SweepReading {
  return { ok: false, configs: [], errors: [], plan: null, problem };
}

/** The draft with these values, in a turn format and with a context and decoding that fit unless they vary themselves. */
function withValues(draft: Draft, chosen: Partial<Record<FieldName, string>>): Draft {
  const own = { ...draft, ...typed(chosen), name: '' };
  const { format, context, decoding } = own;
  const fitting = fitChoices(own);
  if ('format' in chosen) fitting.format = format;
  if ('context' in chosen) fitting.context = context;
  if ('decoding' in chosen) fitting.decoding = decoding;
  return fitting;
}

/** A switch is typed as yes or no; everything else is a draft's own text. */
function typed(chosen: Partial<Record<FieldName, string>>): Partial<Draft> {
  return Object.fromEntries(
    Object.entries(chosen).map(([field, value]) => {
      const isSwitch = formField(field as FieldName).control.kind === 'switch';
      return [field, isSwitch && /^(yes|no|true|false)$/i.test(value) ? /^(yes|true)$/i.test(value) : value];
    }),
  );
}
