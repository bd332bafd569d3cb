import { expect, it } from 'vitest';
import {
  type EpisodeListView,
  episodeListParsers,
  episodesHref,
  filterOf,
} from '../../../../app/runs/_episodes/list-state.ts';
import { episodeFilterSchema } from '../../../../server/contract/episode-query.ts';

const EVERYTHING = Object.fromEntries(
  Object.entries(episodeListParsers).map(([name, parser]) => [
    name,
    'defaultValue' in parser ? parser.defaultValue : null,
  ]),
) as unknown as EpisodeListView;

it('asks for everything where nothing is chosen', () => {
  expect(filterOf(EVERYTHING)).toEqual({});
});

it.each<[Partial<EpisodeListView>, object]>([
  [{ words: ' a mug ' }, { text: 'a mug' }],
  [{ origin: 'rollout' }, { evaluation: false }],
  [{ origin: 'valid_seen' }, { evaluation: true, split: 'valid_seen' }],
  [{ outcome: 'lost' }, { won: false }],
  [
    { iterations: '3', turns: '5..', reward: '..0.5' },
    { fromIteration: 3, toIteration: 3, minLength: 5, maxReward: 0.5 },
  ],
  [
    { switched: 0, faulty: true },
    { switchedMoreThan: 0, faulty: true },
  ],
])('%j asks for %j', (changes, filter) => {
  const asked = filterOf({ ...EVERYTHING, ...changes });
  expect(asked).toEqual(filter);
  expect(episodeFilterSchema.parse(asked)).toEqual(filter);
});

it('leaves a range out that cannot be read', () => {
  expect(filterOf({ ...EVERYTHING, iterations: '9..2', switched: -3 })).toEqual({});
});

it('leads to the episodes of the iterations that a point stands for', () => {
  expect(episodesHref('/runs/abc', 12)).toBe('/runs/abc?iterations=12&tab=episodes');
  expect(episodesHref('/s/token', 16, 8)).toBe('/s/token?iterations=16..23&tab=episodes');
});
