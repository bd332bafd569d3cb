import type { FieldName, RunConfig } from './fields/fields.ts';
import { ALERT_FIELDS, FIELD_NAMES } from './fields/names.ts';
import { readsField } from './fields-read.ts';

/** Fields that do not make another method of a run. */
export const INCIDENTAL_FIELDS: readonly FieldName[] = [
  'name',
  'seed',
  'threads',
  'checkpointEvery',
  'keepCheckpoints',
  'recordedEpisodes',
  'recordedMegabytes',
  'endpointParallel',
  'endpointTimeout',
  'inputPrice',
  'outputPrice',
  ...ALERT_FIELDS,
];

/**
 * The same text for runs that share everything but `incidental` fields and those that mean nothing to them, whatever the
 * order of theirs.
 */
export function methodKey(config: RunConfig, incidental = INCIDENTAL_FIELDS): string {
  const relevant = (Object.entries(config) as [FieldName, unknown][]).filter(
    ([name]) => !incidental.includes(name) && readsField(config, name),
  );
  return JSON.stringify(relevant.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a field has different values in some of the configs. */
export function differs(configs: readonly RunConfig[], name: FieldName): boolean {
  const [first, ...others] = configs;
  const value = first?.[name];
  return others.some((config) => config[name] !== value && !isSameList(config[name], value));
}

function isSameList(a: unknown, b: unknown): boolean {
  return (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((item, index) => item === b[index])
  );
}

/** Fields whose values differ between configs, in form order. */
export function differingFields(configs: readonly RunConfig[]): FieldName[] {
  return FIELD_NAMES.filter((name) => differs(configs, name));
}
