import { describe, expect, it } from 'vitest';
import { explainGroup, knownGroups } from '../../../../app/runs/_lens/lens-groups.ts';
import type { LensEpisode } from '../../../../app/runs/_lens/lens-material.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { makeBody } from '../../../recorded-episode.ts';

const config = presetConfig('tiny', { estimator: 'grpo', format: 'flat', groupSize: 4 });

function episode(index: number, rewards: number[]): LensEpisode {
  const number = Math.floor(index / 4);
  const group = { number, place: index % 4, rewards, lengths: rewards.map(() => 5) };
  return { id: `t1-${index}`, index, body: makeBody({ credit: { estimator: 'grpo', moments: {}, group } }) };
}

const groups = knownGroups({
  config,
  iteration: 1,
  own: episode(6, [0, 1, 0, 1]),
  others: [episode(1, [0, 0, 0, 0]), episode(4, [0, 1, 0, 1])],
});

describe('the groups of a rollout', () => {
  it('are known once each from any of their episodes', () => {
    expect(groups.map(({ number, first, isEven }) => [number, first, isEven])).toEqual([
      [0, 0, true],
      [1, 4, false],
    ]);
    expect(groups[1]!.mean).toBe(0.5);
    expect(groups[1]!.deviation).toBeCloseTo(Math.sqrt(1 / 3), 12);
  });

  it('say what comparing them comes to', () => {
    const [even, uneven] = groups;
    expect(explainGroup(even!, 'grpo')).toContain('teaches nothing');
    expect(explainGroup(even!, 'gigpo')).toContain('saw the same');
    expect(explainGroup(uneven!, 'grpo')).toContain('Rewards differ');
    expect(explainGroup(even!, 'hae')).toBe('HiPER does not compare the episodes of a game.');
  });
});
