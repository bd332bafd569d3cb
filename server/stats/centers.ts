import { interquartileMean } from './bootstrap.ts';
import type { Center } from './center-names.ts';
import { median } from './median.ts';

export { CENTERS, type Center } from './center-names.ts';

/** Arithmetic mean; NaN for no values. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Mean, median or interquartile mean of the runs of a group; NaN for no values, and where one of them is. */
export function centerOf(center: Center, values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  switch (center) {
    case 'mean':
      return mean(values);
    case 'median':
      return median(values);
    case 'iqm':
      return interquartileMean(values);
  }
}
