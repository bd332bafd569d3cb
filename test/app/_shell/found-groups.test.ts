import { expect, it } from 'vitest';
import { foundGroups } from '../../../app/_shell/palette/found-groups.ts';
import { rankGroups } from '../../../app/_shell/palette/rank-groups.ts';
import { fitsFilter, parseFilter } from '../../../app/runs/_list/run-filter.ts';
import type { EvaluationProtocol } from '../../../server/contract/board.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { RUN_SUMMARY } from '../run-summary.ts';

const native: RunSummary = {
  ...RUN_SUMMARY,
  name: 'HiPER tiny',
  config: presetConfig('tiny', { seed: 7 }),
  tags: ['paper'],
};
const foreign: RunSummary = {
  ...native,
  ...{ id: 'def456', name: 'trl', origin: 'mlflow', config: null, preset: null, tags: [] },
  foreign: { source: 'train.py', experiment: 'Sokoban long & hard', params: {} },
};
const protocol: EvaluationProtocol = {
  ...{ environment: 'alfworld', games: 'real', split: 'valid_unseen', tasks: '', gamesHash: 'f00' },
  ...{ decoding: 'constrained', temperature: 0, stepLimit: 50, episodes: 134 },
};
const FOUND = foundGroups({
  runs: [native, foreign, { ...foreign, id: 'ghi789' }],
  sweeps: [
    {
      ...{ id: 's1', title: 'kappa study', state: 'running', failure: null, createdAt: 0, endedAt: null },
      ...{ preset: 'tiny', vary: ['kappa'], seeds: [1], drawn: false, halving: null },
      ...{ configurations: 3, runs: { running: 3 }, started: 1, rungs: 1 },
    },
  ],
  protocols: [protocol],
  reports: [{ id: 'r1', title: 'Credit matters', createdAt: 0, updatedAt: 0 }],
  views: [{ id: 'v1', page: '/runs', name: 'long games', query: 'q=is%3Astarred' }],
});
/** Where the words lead, group by group. */
const ways = (text: string) =>
  rankGroups(FOUND, text).map(({ title, items }) => [title, ...items.map(({ does }) => does)]);

it.each([
  ['hiper', 'Runs', '/runs/abc123'],
  ['tiny seed:7 paper', 'Runs', '/runs/abc123'],
  ['unseen alfworld', 'Boards', expect.stringMatching(/^\/leaderboard\?environment=alfworld&.*valid_unseen/)],
  ['credit', 'Reports', '/reports/r1'],
  ['kappa', 'Sweeps', '/sweeps/s1'],
  ['long games', 'Saved views', '/runs?q=is%3Astarred'],
])('“%s” leads to one of the group %s', (text, group, address) => {
  expect(ways(text)).toEqual([[group, address]]);
});

it('an experiment is found once, and leads to its runs by the filter of the list', () => {
  const [, address] = ways('hard').find(([title]) => title === 'Experiments')!;
  const filter = parseFilter(new URL(address as string, 'http://lab').searchParams.get('q')!);
  expect([native, foreign].filter((run) => fitsFilter(run, filter))).toEqual([foreign]);
});
