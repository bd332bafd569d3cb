import { expect, it } from 'vitest';
import { NO_SETTINGS } from '../../../app/_charts/chart-settings.ts';
import {
  changeFigure,
  chartName,
  type FigureSettings,
  keptView,
  parseAsFigureSettings,
  withoutFigure,
} from '../../../app/reports/figure-settings.ts';
import { loadComparison, loadStatistics } from '../../../app/reports/figure-view.ts';
import type { FigureBlock } from '../../../server/contract/report.ts';

const USUAL: FigureSettings = { ...NO_SETTINGS, zoom: [] };
const block: FigureBlock = {
  ...{ id: 'k3f9', kind: 'figure', figure: 'chart', of: 'kl', caption: '' },
  query: 'runs=abcdef,bcdefg&center=iqm&charts=kl~ylog,reward~s0.6&zoom=1,9',
};
const stored: FigureSettings = { ...USUAL, y: 'log', zoom: [1, 9] };

it('settings of charts of a report survive the address', () => {
  const all = {
    k3f9: { ...USUAL, smooth: 0.9, y: 'zero', yZoom: [0, 0.5], pin: 4, order: 'high', zoom: [2, 7.5] },
    'm2-4.profile': { ...USUAL, y: 'log' },
    // Set back to what charts do by themselves, which the report does not.
    a_b: USUAL,
  } as const;
  const text = parseAsFigureSettings.serialize(all);
  expect(text).toBe('k3f9~s0.9~yzero~z0_0.5~p4~high~w2_7.5,m2-4.profile~ylog,a_b');
  expect(parseAsFigureSettings.parse(text)).toEqual(all);
  expect(parseAsFigureSettings.parse('k3f9~w9_2~yno~s7,<b>,')).toEqual({ k3f9: USUAL });
});

it('a change stands beside what the report says, until it says the same again', () => {
  const zoomed = changeFigure({}, 'k3f9', stored, { zoom: [3, 4] });
  expect(zoomed).toEqual({ k3f9: { ...stored, zoom: [3, 4] } });
  const reset = changeFigure(zoomed, 'k3f9', stored, { y: null, zoom: [] });
  expect(reset).toEqual({ k3f9: USUAL });
  expect(changeFigure(reset, 'k3f9', stored, { y: 'log', zoom: [1, 9] })).toEqual({});
});

it('forgets what is set on one figure, on all of its charts', () => {
  const all = { k3f9: USUAL, 'k3f9.profile': USUAL, k3f: USUAL, k3f99: USUAL };
  expect(Object.keys(withoutFigure(all, 'k3f9'))).toEqual(['k3f', 'k3f99']);
});

it('what is kept is the view of the figure with its settings, all else as it was', () => {
  expect(keptView(block, { other: USUAL })).toBeNull();
  const kept = keptView(block, { k3f9: { ...USUAL, smooth: 0.98, zoom: [2, 5] } })!;
  expect(loadComparison(kept)).toEqual({
    ...loadComparison(block.query),
    ...{
      zoom: [2, 5],
      charts: { kl: { ...NO_SETTINGS, smooth: 0.98 }, reward: { ...NO_SETTINGS, smooth: 0.6 } },
    },
  });
  // A chart that is set back leaves the view.
  const back = loadComparison(keptView(block, { k3f9: USUAL })!);
  expect(back).toMatchObject({ zoom: [], charts: { reward: { smooth: 0.6 } } });
  expect(back.charts).not.toHaveProperty('kl');
  // The usual chart has no name in its block.
  const usual = keptView({ ...block, of: '' }, { k3f9: { ...USUAL, y: 'unit' } })!;
  expect(loadComparison(usual).charts).toMatchObject({ success: { y: 'unit' }, kl: { y: 'log' } });
});

it('both charts of statistics are kept by their names', () => {
  const statistics: FigureBlock = { ...block, figure: 'statistics', query: 'seed=7&charts=profile~ylog' };
  const kept = keptView(statistics, { [chartName('k3f9', 'efficiency')]: { ...USUAL, pin: 3 } })!;
  expect(loadStatistics(kept)).toEqual({
    ...loadStatistics(statistics.query),
    charts: { profile: { ...NO_SETTINGS, y: 'log' }, efficiency: { ...NO_SETTINGS, pin: 3 } },
  });
});
