import { expect, it } from 'vitest';
import { foundGroups } from '../../../app/_shell/palette/found-groups.ts';
import { rankGroups } from '../../../app/_shell/palette/rank-groups.ts';
import { fitsFilter, parseFilter } from '../../../app/runs/_list/run-filter.ts';
import type { EvaluationProtocol } from '../../../server/contract/board.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunSummary } from '../../../server/contract/views.ts';

const native: RunSummary = {
  ...{ id: 'abc123', ordinal: 1, name: 'HiPER tiny', state: 'finished', desired: 'run', origin: 'native' },
  ...{ foreign: null, config: presetConfig('tiny', { seed: 7 }), preset: 'tiny', parent: null },
  ...{ importedFrom: null, tags: ['paper'], starred: false, archived: false, createdAt: 0, startedAt: null },
  ...{ endedAt: null, iteration: 4, progress: null, stalledSince: null, facts: null, lastSuccess: null },
  ...{
    finalEvaluations: [],
    bestEvaluation: null,
    alerts: [],
    failure: null,
    lastCheckpoint: null,
    lastSeq: 0,
  },
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
  ['long games', 'Saved views', '/runs?q=is%3Astarred'],
])('“%s” leads to one of the group %s', (text, group, address) => {
  expect(ways(text)).toEqual([[group, address]]);
});

it('an experiment is found once, and leads to its runs by the filter of the list', () => {
  const [, address] = ways('hard').find(([title]) => title === 'Experiments')!;
  const filter = parseFilter(new URL(address as string, 'http://lab').searchParams.get('q')!);
  expect([native, foreign].filter((run) => fitsFilter(run, filter))).toEqual([foreign]);
});
