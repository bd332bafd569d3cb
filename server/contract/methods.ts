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

/** Fields whose values differ between configs, in form order. */
export function differingFields(configs: readonly RunConfig[]): FieldName[] {
  return FIELD_NAMES.filter(
    (name) => new Set(configs.map((config) => JSON.stringify(config[name]))).size > 1,
  );
}
