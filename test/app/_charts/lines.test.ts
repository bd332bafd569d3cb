import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesToCsv } from '../../../app/_charts/export-text.ts';
import { alignLines, lastValue } from '../../../app/_charts/line-series.ts';
import { plotData } from '../../../app/_charts/plot.ts';
import { smooth } from '../../../app/_charts/smoothing.ts';
import { summarizeLines } from '../../../app/_charts/summary.ts';

describe('smoothing', () => {
  test('a constant stays what it is, from its first point on', () => {
    for (const value of smooth([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
  });

  test('stays between the extremes so far, and factor 0 changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }), (values) => {
        expect(smooth(values, 0)).toEqual(values);
        smooth(values, 0.8).forEach((value, index) => {
          const seen = values.slice(0, index + 1);
          expect(value).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...seen) + 1e-9);
        });
      }),
    );
  });

  test('leaves NaN and gaps in place and goes on after them', () => {
    expect(smooth([1, Number.NaN, null, 1], 0.5)).toEqual([1, Number.NaN, null, 1]);
  });
});

describe('lines', () => {
  const lines = [
    { id: 'a', label: 'every', x: [1, 2, 3], y: [0.1, Number.NaN, 0.3], color: '' },
    { id: 'b', label: 'rare', x: [0, 2], y: [0.5, null], color: '' },
  ];

  test('are put over the union of their x values: a foreign x is undefined, a gap null', () => {
    expect(alignLines(lines)).toEqual({
      x: [0, 1, 2, 3],
      columns: [
        [undefined, 0.1, Number.NaN, 0.3],
        [0.5, undefined, null, undefined],
      ],
    });
  });

  test('keep several values at one x, as summarised lines have them, each in its place', () => {
    const summarised = { x: [0, 0, 7, 7, 8, 8, 15, 15], y: [1, 0, 9, 2, 3, 1, 4, 4] };
    const aligned = alignLines([summarised, { x: [0, 8], y: [5, 6] }, summarised]);
    expect(aligned.x).toEqual(summarised.x);
    expect(aligned.columns[0]).toEqual(summarised.y);
    expect(aligned.columns[1]?.[0]).toBe(5);
    expect(aligned.columns[1]?.[4]).toBe(6);
    expect(alignLines([summarised]).columns).toEqual([summarised.y]);
  });

  test('of any x values hold each of their points once, in order', () => {
    const line = fc
      .array(fc.tuple(fc.option(fc.integer({ min: 0, max: 6 })), fc.integer()), { maxLength: 12 })
      .map((points) => ({ x: points.map(([x]) => x), y: points.map(([, y]) => y) }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const { x, columns } = alignLines(lines);
        expect(x).toEqual([...x].sort((a, b) => a - b));
        lines.forEach(({ x: own, y }, index) => {
          const rows = own.flatMap((at, row) => (at === null ? [] : [[at, y[row]!] as const]));
          const expected = rows.sort(([a], [b]) => a - b);
          const found = columns[index]!.flatMap((value, row) =>
            value === undefined ? [] : [[x[row], value]],
          );
          expect(found).toEqual(expected);
        });
      }),
    );
  });

  test('end with the last value that is there, not-a-number included', () => {
    expect(lastValue([1, Number.NaN, null])).toBeNaN();
  });

  test('leave a gap where they are not finite, which nothing stretches to', () => {
    const drawn = { ...lines[0]!, y: [0.1, Number.POSITIVE_INFINITY, Number.NaN] };
    const spec = { series: [drawn], bands: [], smoothing: 0, unit: '', xUnit: '', xWhole: true };
    expect(plotData({ ...spec, yRange: 'auto', zoom: null, yZoom: null, pin: null })).toEqual([
      [1, 2, 3],
      [0.1, null, null],
    ]);
  });

  test('export as CSV with NaN written out and gaps empty', () => {
    expect(linesToCsv('Iterations', lines)).toBe('Iterations,every,rare\n0,,0.5\n1,0.1,\n2,NaN,\n3,0.3,\n');
  });

  test('are told in words with their last value', () => {
    expect(summarizeLines('Success', [lines[0]!], 'share')).toBe(
      'Success. every: last 30.0 %, from 10.0 % at first, 3 points.',
    );
    expect(summarizeLines('Success', [lines[1]!], 'share')).toBe(
      'Success. rare: not reported last, before that 50.0 %, from 50.0 % at first, 1 points.',
    );
    expect(summarizeLines('Success', [], 'share')).toBe('Success: nothing to show yet.');
  });
});
