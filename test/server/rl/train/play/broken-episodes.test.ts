import { describe, expect, it } from 'vitest';
import { keepWhole } from '../../../../../server/rl/train/play/broken-episodes.ts';
import type { Episode } from '../../../../../server/rl/train/play/episodes.ts';

const episodes = (...broken: (string | undefined)[]): Episode[] =>
  broken.map((reason, index) => ({
    gameId: `game ${index}`,
    taskType: 'remote',
    won: false,
    length: 1,
    reward: 0,
    ending: '',
    turns: [],
    ...(reason && { broken: reason }),
  }));

describe('broken episodes', () => {
  it('are left out alone where none are compared', () => {
    const { episodes: whole, broken, reason } = keepWhole(episodes(undefined, 'hung', undefined), 1);
    expect(whole.map(({ gameId }) => gameId)).toEqual(['game 0', 'game 2']);
    expect({ broken, reason }).toEqual({ broken: 1, reason: 'hung' });
  });

  it('take the others of their game along where they are compared', () => {
    const all = episodes(undefined, 'hung', undefined, undefined, undefined, undefined);
    expect(keepWhole(all, 3).episodes.map(({ gameId }) => gameId)).toEqual(['game 3', 'game 4', 'game 5']);
  });

  it('end the run when most are, or when nothing is left', () => {
    expect(() => keepWhole(episodes('hung', 'died', undefined), 1)).toThrow(/2 of 3 .* broken\. hung/);
    expect(() => keepWhole(episodes('hung', undefined, undefined, 'died'), 2)).toThrow(
      /every game has a broken episode \(2 of 4\).*hung/,
    );
    expect(keepWhole([], 1).episodes).toEqual([]);
  });
});
