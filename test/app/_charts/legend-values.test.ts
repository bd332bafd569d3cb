import { describe, expect, test } from 'vitest';
import { legendValue } from '../../../app/_charts/legend-values.ts';
import type { LineSeries } from '../../../app/_charts/line-series.ts';

const line = (y: (number | null)[], changes: Partial<LineSeries> = {}): LineSeries => ({
  id: 'a',
  label: 'a',
  x: y.map((_, index) => index + 1),
  y,
  color: '',
  ...changes,
});

const read = (drawn: LineSeries, x: number | null, options: { smoothing?: number; axisEnd?: number } = {}) =>
  legendValue(drawn, x, {
    unit: 'share',
    smoothing: 0,
    axisEnd: drawn.x.at(-1) ?? null,
    describe: (at) => `iteration ${at}`,
    ...options,
  });

describe('the value of a line in the legend', () => {
  test('is the last one, or the one under the crosshair', () => {
    const drawn = line([0.1, 0.2, 0.3]);
    expect(read(drawn, null)).toEqual({ text: '30.0 %', detail: '' });
    expect(read(drawn, 2)).toEqual({ text: '20.0 %', detail: '' });
    expect(read(drawn, 2.7)).toEqual({ text: '20.0 %', detail: '' });
    expect(read(line([]), null)).toEqual({ text: '–', detail: '' });
  });

  test('of a metric that the last iteration did not report is missing, and the older one says where it stands', () => {
    const drawn = line([0.1, 0.344, null]);
    expect(read(drawn, null)).toEqual({ text: '–', detail: 'last 34.4 % at iteration 2' });
    expect(read(drawn, 3)).toEqual({ text: '–', detail: '' });
  });

  test('of a line that ended before the others says where', () => {
    expect(read(line([0.1, 0.2]), null, { axisEnd: 10 })).toEqual({
      text: '20.0 %',
      detail: 'at iteration 2',
    });
    expect(read(line([0.1, 0.2]), 7, { axisEnd: 10 })).toEqual({ text: '–', detail: '' });
  });

  test('is not-a-number where the line is, smoothed or not', () => {
    expect(read(line([0.1, Number.NaN]), null).text).toBe('NaN');
    expect(read(line([0.1, Number.NaN]), null, { smoothing: 0.9 }).text).toBe('NaN');
    expect(read(line([0.1, Number.POSITIVE_INFINITY]), null).text).toBe('∞');
  });

  test('under smoothing is the moving average that is drawn boldly, with the raw value beside it', () => {
    // Weights 0.5 and 1: (0.5 × 0 + 1 × 0.9) / 1.5.
    expect(read(line([0, 0.9]), null, { smoothing: 0.5 })).toEqual({
      text: '60.0 %',
      detail: 'moving average; raw 90.0 %',
    });
    const evaluations = line([0, 0.9], { smooth: false });
    expect(read(evaluations, null, { smoothing: 0.5 })).toEqual({ text: '90.0 %', detail: '' });
  });

  test('of a mean says its n where fewer seeds are behind it than elsewhere', () => {
    const drawn = line([0.1, 0.2, 0.3], { counts: [4, 4, 3] });
    expect(read(drawn, null)).toEqual({ text: '30.0 %', detail: 'n = 3' });
    expect(read(drawn, 1)).toEqual({ text: '10.0 %', detail: '' });
  });
});
