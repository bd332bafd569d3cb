import { createSerializer, parseAsArrayOf, parseAsFloat, parseAsString, parseAsStringLiteral } from 'nuqs';
import { X_AXES } from './x-axis.ts';

/** Everything the compare page shows, in its URL: a link reproduces what its sender saw. */
export const compareParsers = {
  runs: parseAsArrayOf(parseAsString).withDefault([]),
  x: parseAsStringLiteral(X_AXES).withDefault('iteration'),
  /** Weight of the past in the moving average, 0 (off) to 0.99. */
  smooth: parseAsFloat.withDefault(0),
  /** Ids of metric choices; empty shows all. */
  metrics: parseAsArrayOf(parseAsString).withDefault([]),
  /** Shown part of the x axis: from, to; empty shows all. */
  zoom: parseAsArrayOf(parseAsFloat).withDefault([]),
  /** Runs whose lines are switched off. Their numbers stay. */
  hidden: parseAsArrayOf(parseAsString).withDefault([]),
  /** One line a run, or one a group of runs that differ in nothing but the seed; null: groups where there are any. */
  seeds: parseAsStringLiteral(['each', 'mean']),
  /** Show fields in which the runs agree, too. */
  fields: parseAsStringLiteral(['changed', 'all']).withDefault('changed'),
};

const serialize = createSerializer({
  runs: parseAsArrayOf(parseAsString),
  x: parseAsStringLiteral(X_AXES),
});

/** The address that compares these runs. */
export function compareHref(runIds: readonly string[]): string {
  return `/compare${serialize({ runs: [...runIds] })}`;
}

/** The list with this id added at the end, or taken out. */
export function toggleId(ids: readonly string[], id: string): string[] {
  return ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
}
