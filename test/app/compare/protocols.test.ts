import { describe, expect, it } from 'vitest';
import { protocolRows } from '../../../app/compare/protocols.ts';
import { makeEvaluation as evaluation } from '../../evaluation.ts';

const config = { environment: 'alfworld', decoding: 'constrained' } as const;

describe('protocolRows', () => {
  it('takes the latest evaluation whatever the order, and the first of equally good ones', () => {
    const evaluations = [
      evaluation({ iteration: 20, successes: 90 }),
      evaluation({ iteration: 0, successes: 70 }),
      evaluation({ iteration: 10, successes: 90 }),
      evaluation({ iteration: 30, successes: 80 }),
    ];
    const [row] = protocolRows([{ id: 'a', config, evaluations }]);
    expect(row?.latest.get('a')).toMatchObject({ iteration: 30, successes: 80, n: 140 });
    expect(row?.best.get('a')).toMatchObject({ iteration: 10, successes: 90 });
  });

  it('never mixes protocols, and puts held-out splits first', () => {
    const rows = protocolRows([
      {
        id: 'a',
        config,
        evaluations: [
          evaluation({ split: 'train' }),
          evaluation({ split: 'valid_unseen', stepLimit: 50 }),
          evaluation({ split: 'valid_unseen' }),
        ],
      },
      {
        id: 'b',
        config,
        evaluations: [evaluation({ temperature: 0 }), evaluation({ split: 'valid_unseen' })],
      },
    ]);
    expect(rows.map(({ split, stepLimit, latest }) => [split, stepLimit, [...latest.keys()].join()])).toEqual(
      [
        ['valid_seen', 30, 'b'],
        ['valid_unseen', 30, 'a,b'],
        ['valid_unseen', 50, 'a'],
        ['train', 30, 'a'],
      ],
    );
  });

  it('keeps apart other lists of games, other decoding and other environments', () => {
    const evaluations = [evaluation({})];
    const rows = protocolRows([
      { id: 'a', config, evaluations },
      { id: 'b', config, evaluations: [evaluation({ gamesHash: '53c0' })] },
      { id: 'c', config: { ...config, decoding: 'free' }, evaluations },
      { id: 'd', config: { ...config, environment: 'webshop' }, evaluations },
    ]);
    expect(rows.map(({ latest }) => [...latest.keys()])).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('does not change a number when another run joins', () => {
    const a = { id: 'a', config, evaluations: [evaluation({ successes: 12 })] };
    const alone = protocolRows([a])[0]?.latest.get('a');
    const together = protocolRows([
      a,
      { id: 'b', config, evaluations: [evaluation({ successes: 139 })] },
    ])[0]?.latest.get('a');
    expect(together).toEqual(alone);
  });
});
