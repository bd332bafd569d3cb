import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import type { FieldName, RunConfig } from '../../../server/contract/run-config.ts';
import {
  combinations,
  describeChoices,
  MAX_RUNS_AT_ONCE,
  meaningOf,
  nameRuns,
} from '../../../server/contract/sweep.ts';
import { type Draft, type DraftReading, formField, readDraft, type VariedField } from './form-model.ts';
import { fitChoices } from './launch-state.ts';

/** Fields that can vary: one short value each. */
export const VARIABLE_FIELDS: FieldName[] = FIELD_NAMES.filter((name) =>
  ['choice', 'number', 'switch'].includes(formField(name).control.kind),
);

/** What may be typed for a field, for its placeholder. */
export function exampleValues(name: FieldName): string {
  const { control } = formField(name);
  if (control.kind === 'choice') return control.options.join(', ');
  if (control.kind === 'switch') return 'yes, no';
  return control.kind === 'number' && control.integer ? 'such as 1, 2' : 'such as 0.5, 1';
}

/** Reads a draft with varied fields into one config for every combination of values and seed, seeds outermost. */
export function readSweep(draft: Draft, varied: readonly VariedField[], base: RunConfig): DraftReading {
  if (varied.length === 0) return readDraft(draft, base);
  const values: Partial<Record<FieldName, string[]>> = {};
  for (const { field, values: text } of varied) {
    const list = text.split(/[,\s]+/).filter(Boolean);
    if (list.length === 0) return failure(field, `needs values to vary over (${exampleValues(field)})`);
    values[field] = list;
  }
  const all = combinations(values);
  const readings = all.map((chosen) => ({
    chosen,
    reading: readDraft(withValues(draft, chosen), base),
  }));
  const wrong = readings.find(({ reading }) => !reading.ok);
  if (wrong && !wrong.reading.ok) {
    const [error] = wrong.reading.errors;
    return failure(error!.field, `${error!.message} (with ${describeChoices(wrong.chosen).join(', ')})`);
  }
  // `.5` and `0.5` are one value: what is meant counts, not its letters.
  for (const { field } of varied) {
    const meant = new Set(readings.map(({ reading }) => meaningOf(reading.configs[0]?.[field])));
    if (meant.size < values[field]!.length) return failure(field, 'lists a value twice');
  }
  const seeds = readings[0]?.reading.configs.length ?? 0;
  if (all.length * seeds > MAX_RUNS_AT_ONCE)
    return failure(
      'seed',
      `${all.length} combinations with ${seeds} seeds: at most ${MAX_RUNS_AT_ONCE} runs at once`,
    );
  const seedNumbers = readings[0]?.reading.configs.map(({ seed }) => seed) ?? [];
  const names = nameRuns(String(draft.name).trim(), all, seedNumbers);
  const configs = seedNumbers.flatMap((_, s) =>
    readings.map(({ reading }, v) => ({ ...(reading.configs[s] as RunConfig), name: names[s]![v]! })),
  );
  return { ok: true, configs, errors: [] };
}

function failure(field: FieldName, message: string): DraftReading {
  return { ok: false, configs: [], errors: [{ field, message }] };
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
