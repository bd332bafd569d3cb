import { readsField } from '../../server/contract/fields-read.ts';
import {
  describeFields,
  differingFields,
  FIELD_GROUPS,
  FIELD_NAMES,
  type FieldInfo,
  type FieldName,
  type RunConfig,
} from '../../server/contract/run-config.ts';
import { taskTypeTitle } from '../_charts/task-types.ts';

/** A config value for reading: short task types, plain booleans. */
export function describeValue(value: RunConfig[keyof RunConfig]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((item) => taskTypeTitle(String(item))).join(', ');
  return value === '' ? '—' : String(value);
}

const fields = new Map(describeFields().map((field) => [field.name, field]));

/** What the schema says about a field. */
function fieldInfo(name: FieldName): FieldInfo {
  return fields.get(name)!;
}

/** In place of a value that means nothing to its run. */
const UNREAD = 'no effect';

/** A field of several configs: one value each, in their order. */
export interface ConfigRow {
  field: FieldInfo;
  values: string[];
  differs: boolean;
}

/**
 * Fields by group for a side-by-side table; the name is left out (it is the heading), and so is what none of the runs reads.
 */
export function configRows(configs: readonly RunConfig[], show: 'changed' | 'all'): ConfigRow[] {
  const differing = new Set<FieldName>(differingFields(configs));
  const isRead = (name: FieldName) => configs.some((config) => readsField(config, name));
  return FIELD_GROUPS.flatMap((group) =>
    FIELD_NAMES.filter((name) => name !== 'name' && fieldInfo(name).group === group),
  )
    .filter((name) => isRead(name) && (show === 'all' || differing.has(name)))
    .map((name) => ({
      field: fieldInfo(name),
      values: configs.map((config) => (readsField(config, name) ? describeValue(config[name]) : UNREAD)),
      differs: differing.has(name),
    }));
}
