import { expect, it } from 'vitest';
import {
  figureHref,
  figuresOf,
  loadBoard,
  loadComparison,
  viewOfAddress,
} from '../../../app/reports/figure-view.ts';
import { runsOfReport, runsOfView } from '../../../server/contract/report.ts';

it('an address becomes a figure where it is of a page that can be one', () => {
  const query = 'runs=abcdef,bcdefg&by=kappa&center=iqm';
  expect(viewOfAddress(` http://lab.example/compare?${query}#x `)).toEqual({ page: '/compare', query });
  expect(viewOfAddress('/leaderboard')).toEqual({ page: '/leaderboard', query: '' });
  for (const wrong of ['', 'words', '/runs/abcdef', `/compare?runs=${'abcdefghij,'.repeat(800)}`])
    expect(viewOfAddress(wrong)).toBeNull();
  expect(figuresOf('/compare')).toEqual(['chart', 'evaluations', 'task-types']);
  expect(figureHref({ figure: 'chart', query })).toBe(`/compare?${query}`);
});

it('a view is read as its page reads it, and what makes no sense is left out', () => {
  const view = loadComparison('runs=abcdef&by=kappa&center=iqm&smooth=0.6&zoom=1,9&charts=kl~ylog&x=nothing');
  expect(view).toMatchObject({
    ...{ runs: ['abcdef'], by: ['kappa'], center: 'iqm', smooth: 0.6, zoom: [1, 9], x: 'iteration' },
    charts: { kl: { y: 'log' } },
  });
  expect(loadBoard('split=valid_seen&stepLimit=x')).toMatchObject({ split: 'valid_seen', stepLimit: null });
});

it('the runs of a report are those whose curves it draws', () => {
  expect(runsOfView('runs=abcdef,abcdef,../../x,bcdefg')).toEqual(['abcdef', 'bcdefg']);
  const figure = { kind: 'figure' as const, of: '', caption: '' };
  const blocks = [
    { ...figure, id: 'a', figure: 'chart' as const, query: 'runs=abcdef' },
    { ...figure, id: 'b', figure: 'statistics' as const, query: 'runs=cdefgh' },
    { id: 'c', kind: 'text' as const, text: 'runs=zzzzzz' },
    { ...figure, id: 'd', figure: 'task-types' as const, query: 'runs=bcdefg,abcdef' },
  ];
  expect(runsOfReport(blocks)).toEqual(['abcdef', 'bcdefg']);
});
