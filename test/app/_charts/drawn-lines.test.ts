import { afterEach, describe, expect, it } from 'vitest';
import { emphasized, listLines } from '../../../app/_charts/drawn-lines.ts';
import { emphasisOf, highlight } from '../../../app/_charts/highlight.ts';
import type { LineSeries } from '../../../app/_charts/line-series.ts';
import { type PlotSpec, plotData } from '../../../app/_charts/plot.ts';

const line = (id: string, changes: Partial<LineSeries> = {}): LineSeries => ({
  ...{ id, label: id, x: [1, 2, 3], y: [0, 10, -10], color: '' },
  ...changes,
});
const group = line('group a', { owns: ['a', 'b'] });
const members = [line('a', { faint: true }), line('b', { faint: true })];

describe('lines in drawing order', () => {
  it('are single runs, then raw ghosts, then what stands for them; hidden ones are not drawn', () => {
    const drawn = listLines([group, line('gone', { hidden: true }), ...members], 0.5);
    expect(drawn.map(({ id, width }) => [id, width])).toEqual([
      ['a', 1],
      ['b', 1],
      ['group a', 1],
      ['group a', 1.75],
    ]);
    // Of single runs the moving average alone is drawn: (0.5 * 0 + 10) / 1.5.
    expect(drawn[0]!.y[1]).toBeCloseTo(20 / 3, 12);
    expect(drawn[2]!.y).toEqual(group.y);
    expect(drawn.map(({ hasDot }) => hasDot)).toEqual([false, false, false, true]);
  });

  it('have gaps where a logarithmic axis has no place for them', () => {
    const spec: PlotSpec = {
      ...{ series: [line('a')], bands: [], smoothing: 0, unit: '', xUnit: '', xWhole: true },
      ...{ yRange: 'log', zoom: null, yZoom: null, pin: null },
    };
    expect(plotData(spec)[1]).toEqual([null, 10, null]);
    expect(plotData({ ...spec, yRange: 'auto' })[1]).toEqual([0, 10, -10]);
  });
});

describe('what the reader points at', () => {
  afterEach(() => highlight([]));
  const [first, second, , whole] = listLines([group, ...members], 0.5);

  it('stands out with its group, or with its runs, and the rest steps back', () => {
    expect(emphasized(first!)).toEqual({ alpha: first!.alpha, width: 1 });
    highlight(['a']);
    expect(emphasized(first!).width).toBeGreaterThan(1);
    // The picture of all lines shows it.
    expect(emphasized(second!).width).toBe(0);
    expect(emphasized(whole!).width).toBeGreaterThan(whole!.width);
    highlight(['group a', 'a', 'b']);
    expect([first, second, whole].map((one) => emphasisOf([one!.id, ...one!.owns]))).toEqual([
      'lit',
      'lit',
      'lit',
    ]);
    expect(emphasisOf(['other'])).toBe('dimmed');
  });
});
