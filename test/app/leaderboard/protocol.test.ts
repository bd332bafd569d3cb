import { describe, expect, it } from 'vitest';
import { fieldValues, nearestProtocol } from '../../../app/leaderboard/protocol.ts';
import type { EvaluationProtocol } from '../../../server/contract/board.ts';

const seen: EvaluationProtocol = {
  environment: 'alfworld',
  games: 'real',
  split: 'valid_seen',
  tasks: 'all',
  gamesHash: '53c0',
  decoding: 'constrained',
  stepLimit: 30,
  temperature: 0.4,
  episodes: 140,
};
const unseen: EvaluationProtocol = { ...seen, split: 'valid_unseen', episodes: 134 };
const tiny: EvaluationProtocol = { ...seen, games: 'generated', stepLimit: 20, episodes: 24 };
const tinyUnseen: EvaluationProtocol = { ...tiny, split: 'valid_unseen' };
const protocols = [seen, unseen, tiny, tinyUnseen];

describe('the protocol picker', () => {
  it('offers every value once, numbers in order', () => {
    expect(fieldValues(protocols, 'episodes')).toEqual([24, 134, 140]);
    expect(fieldValues(protocols, 'games')).toEqual(['generated', 'real']);
  });

  it('always lands on a protocol that exists, keeping what it can', () => {
    expect(nearestProtocol(protocols, seen, 'split', 'valid_unseen')).toBe(unseen);
    expect(nearestProtocol(protocols, unseen, 'games', 'generated')).toBe(tinyUnseen);
    expect(nearestProtocol(protocols, tiny, 'split', 'valid_unseen')).toBe(tinyUnseen);
    expect(nearestProtocol(protocols, seen, 'stepLimit', 999)).toBeUndefined();
  });
});
