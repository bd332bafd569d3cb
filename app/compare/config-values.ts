import { FIELD_DESCRIPTIONS, type FieldDescription } from '../../server/contract/fields/descriptions.ts';
import { FIELD_FACTS, type FieldFacts } from '../../server/contract/fields/facts.ts';
import { FIELD_GROUPS } from '../../server/contract/fields/groups.ts';
import { FIELD_NAMES } from '../../server/contract/fields/names.ts';
import { readsField } from '../../server/contract/fields-read.ts';
import { differingFields } from '../../server/contract/methods.ts';
import type { FieldName, RunConfig } from '../../server/contract/run-config.ts';
import { describeValue } from './describe-value.ts';

/** In place of a value that means nothing to its run. */
const UNREAD = 'no effect';
/** And of one that its run does not have. */
const ABSENT = '—';

/** A field of several configs: one value each, in their order. */
export interface ConfigRow {
  field: { name: FieldName } & Pick<FieldFacts, 'title' | 'group'> & FieldDescription;
  values: string[];
  differs: boolean;
}

/**
 * Fields by group for a side-by-side table; the name is left out (it is the heading), and so is what none of the runs reads. A run
 * of another trainer has no config (null).
 */
export function configRows(configs: readonly (RunConfig | null)[], show: 'changed' | 'all'): ConfigRow[] {
  const own = configs.filter((config) => config !== null);
  const differing = new Set<FieldName>(differingFields(own));
  const isRead = (name: FieldName) => own.some((config) => readsField(config, name));
  const describe = (config: RunConfig | null, name: FieldName) =>
    config === null ? ABSENT : readsField(config, name) ? describeValue(config[name]) : UNREAD;
  return FIELD_GROUPS.flatMap((group) =>
    FIELD_NAMES.filter((name) => name !== 'name' && FIELD_FACTS[name].group === group),
  )
    .filter((name) => isRead(name) && (show === 'all' || differing.has(name)))
    .map((name) => ({
      field: { name, ...FIELD_FACTS[name], ...FIELD_DESCRIPTIONS[name] },
      values: configs.map((config) => describe(config, name)),
      differs: differing.has(name),
    }));
}

/** A param of runs of other trainers: one value a run, in their order. */
export interface ParamRow {
  name: string;
  values: string[];
  differs: boolean;
}

/** Params by name for a side-by-side table; a run that was trained here has none (null). */
export function paramRows(
  params: readonly (Record<string, string> | null)[],
  show: 'changed' | 'all',
): ParamRow[] {
  const own = params.filter((each) => each !== null);
  const names = [...new Set(own.flatMap((each) => Object.keys(each)))].sort();
  return names
    .map((name) => ({
      name,
      values: params.map((each) => each?.[name] ?? ABSENT),
      differs: new Set(own.map((each) => each[name])).size > 1,
    }))
    .filter(({ differs }) => show === 'all' || differs);
}
