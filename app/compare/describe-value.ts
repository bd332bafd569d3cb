import type { RunConfig } from '../../server/contract/run-config.ts';
import { taskTypeTitle } from '../_charts/task-types.ts';

/** A config value for reading: short task types, plain booleans. */
export function describeValue(value: RunConfig[keyof RunConfig]): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map((item) => taskTypeTitle(String(item))).join(', ');
  return value === '' ? '—' : String(value);
}
