import { readsField } from '../../server/contract/estimators.ts';
import {
  differingFields,
  INCIDENTAL_FIELDS,
  methodKey,
  type RunConfig,
} from '../../server/contract/run-config.ts';
import type { LineBand, LineSeries } from '../_charts/line-series.ts';

/** Runs that differ in nothing but the seed. */
export interface SeedGroup {
  /** Id of its first run. */
  id: string;
  /** The estimator, and what else tells it from the other groups. */
  label: string;
  runIds: string[];
}

/** Groups in the order of their first runs. */
export function groupSeeds(runs: readonly { id: string; config: RunConfig }[]): SeedGroup[] {
  const groups = new Map<string, { config: RunConfig; runIds: string[] }>();
  for (const { id, config } of runs) {
    const key = methodKey(config);
    const group = groups.get(key) ?? { config, runIds: [] };
    group.runIds.push(id);
    groups.set(key, group);
  }
  const all = [...groups.values()];
  const differing = differingFields(all.map(({ config }) => config)).filter(
    (name) => name !== 'estimator' && !INCIDENTAL_FIELDS.includes(name),
  );
  return all.map(({ config, runIds }) => {
    const told = differing.filter((name) => readsField(config.estimator, name));
    const words = told.map((name) => `${name} ${[config[name]].flat().join('+')}`);
    return { id: runIds[0] as string, label: [config.estimator, ...words].join(', '), runIds };
  });
}

/**
 * The lines of runs as one line a group: the mean over its seeds as far as all of them have got, with their range as a band.
 * Hidden runs take no part. Points are matched by their place in the line, as seeds are evaluated alike.
 */
export function mergeSeeds(
  lines: readonly LineSeries[],
  groups: readonly SeedGroup[],
): { series: LineSeries[]; bands: LineBand[] } {
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  for (const { id, label, runIds } of groups) {
    const own = lines.filter((line) => runIds.includes(line.id));
    const first = own[0];
    if (!first) continue;
    const shown = own.filter(({ hidden }) => !hidden);
    const points = Math.min(...(shown.length > 0 ? shown : own).map(({ y }) => y.length));
    const at = (read: (values: readonly (number | null)[]) => number | null, column: 'x' | 'y') =>
      Array.from({ length: points }, (_, i) => read(shown.map((line) => line[column][i] ?? null)));
    const x = at(mean, 'x');
    const note = `mean of ${shown.length} ${shown.length === 1 ? 'seed' : 'seeds'}`;
    series.push({ ...first, id, label, note, hidden: shown.length === 0, x, y: at(mean, 'y') });
    if (shown.length > 1)
      bands.push({
        id,
        label: `range of ${shown.length} seeds of ${label}`,
        x,
        low: at((values) => extreme(values, Math.min), 'y'),
        high: at((values) => extreme(values, Math.max), 'y'),
        color: first.color,
      });
  }
  return { series, bands };
}

function mean(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;
}

function extreme(values: readonly (number | null)[], choose: (...values: number[]) => number): number | null {
  return values.length === 0 || values.includes(null) ? null : choose(...(values as number[]));
}
