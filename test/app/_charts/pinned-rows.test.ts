import { describe, expect, it } from 'vitest';
import type { LineSeries } from '../../../app/_charts/line-series.ts';
import { pinnedRows, pinnedText } from '../../../app/_charts/pinned-rows.ts';

const line = (id: string, y: (number | null)[], changes: Partial<LineSeries> = {}): LineSeries => ({
  ...{ id, label: id, x: y.map((_, index) => index + 1), y, color: '' },
  ...changes,
});
const series = [
  line('a', [0.1, 0.5, 0.2]),
  line('b', [0.3]),
  line('c', [0, 0.9, 1]),
  line('d', [0, Number.NaN]),
  line('e', [0, 0.7], { hidden: true }),
];
const options = { unit: 'share', smoothing: 0, describe: (x: number) => `iteration ${x}` };
const ids = (order: 'line' | 'high' | 'low') =>
  pinnedRows(series, 2, options, order).map(({ line }) => line.id);

describe('the pinned table', () => {
  it('lists every line that is drawn, sorted by value, those without one last', () => {
    expect(ids('line')).toEqual(['a', 'b', 'c', 'd']);
    expect(ids('high')).toEqual(['c', 'a', 'b', 'd']);
    expect(ids('low')).toEqual(['a', 'c', 'b', 'd']);
    expect(pinnedRows(series, 2, options, 'line').map(({ text }) => text)).toEqual([
      '50.0 %',
      '–',
      '90.0 %',
      'NaN',
    ]);
  });

  it('copies as a table, numbers in full, with the raw value beside a moving average', () => {
    const two = [line('a', [0.25, 0.75])];
    expect(pinnedText(pinnedRows(two, 2, options, 'line'), 'Success', 'iteration 2', 0)).toBe(
      'iteration 2\nline\tSuccess\na\t0.75',
    );
    const smooth = { ...options, smoothing: 0.5 };
    const text = pinnedText(pinnedRows(two, 2, smooth, 'line'), 'Success', 'iteration 2', 0.5);
    expect(text.split('\n')[1]).toBe('line\tSuccess\traw');
    // (0.5 * 0.25 + 0.75) / 1.5
    expect(text.split('\n')[2]).toMatch(/^a\t0\.58333\d*\t0\.75$/);
  });
});
