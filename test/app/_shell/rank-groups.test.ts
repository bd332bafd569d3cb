import { expect, it } from 'vitest';
import type { PaletteGroup } from '../../../app/_shell/palette/palette-item.ts';
import { MOST_ITEMS, rankGroups } from '../../../app/_shell/palette/rank-groups.ts';

const group = (title: string, ...titles: string[]): PaletteGroup => ({
  title,
  items: titles.map((name) => ({ id: `${title} ${name}`, title: name, does: '/' })),
});
const GROUPS = [
  group('Go to', 'Runs', 'Compare', 'Statistics', 'System'),
  group('Runs', 'hae kappa 0.6, seed 1', 'turn-gae, seed 1', 'kappa sweep, seed 2'),
  group('Reports'),
];
const titles = (text: string, groups = GROUPS) =>
  rankGroups(groups, text).map(({ title, items }) => [title, ...items.map((item) => item.title)]);

it('offers all in order where nothing is typed, and no group of nothing', () => {
  expect(titles(' ')).toEqual([
    ['Go to', 'Runs', 'Compare', 'Statistics', 'System'],
    ['Runs', 'hae kappa 0.6, seed 1', 'turn-gae, seed 1', 'kappa sweep, seed 2'],
  ]);
});

it('offers what holds every word, wherever it stands', () => {
  expect(titles('SEED kappa 2')).toEqual([['Runs', 'kappa sweep, seed 2']]);
  expect(titles('no such thing')).toEqual([]);
});

it('puts first what begins with the word, then what has a word that does', () => {
  expect(titles('kappa')).toEqual([['Runs', 'kappa sweep, seed 2', 'hae kappa 0.6, seed 1']]);
  // Within words of `Statistics` and `System`; at the head of one in the other group.
  expect(titles('s').at(0)).toEqual(['Go to', 'Statistics', 'System', 'Runs']);
  expect(titles('se').map(([title]) => title)).toEqual(['Runs']);
});

it('puts first the group of what fits best', () => {
  const groups = [group('Go to', 'Leaderboard'), group('Runs', 'board game')];
  expect(titles('board', groups)).toEqual([
    ['Runs', 'board game'],
    ['Go to', 'Leaderboard'],
  ]);
});

it('finds by words that are not in the title, after those that are', () => {
  const items = [
    { id: 'a', title: 'first', also: 'imported', does: '/' },
    { id: 'b', title: 'imported too', does: '/' },
  ];
  expect(titles('imported', [{ title: 'Runs', items }])).toEqual([['Runs', 'imported too', 'first']]);
});

it('offers a few of many, and the way to all of them', () => {
  const many = group('Runs', ...Array.from({ length: 30 }, (_, index) => `run ${index}`));
  const all = (text: string) => ({ id: 'all', title: `all of ${text}`, does: '/' });
  const [, ...offered] = titles('run ', [{ ...many, all }])[0]!;
  expect(offered).toHaveLength(MOST_ITEMS + 1);
  expect(offered[0]).toBe('run 0');
  expect(offered.at(-1)).toBe('all of run');
  // Few enough: they are all there.
  expect(titles('run 29', [{ ...many, all }])).toEqual([['Runs', 'run 29']]);
});
