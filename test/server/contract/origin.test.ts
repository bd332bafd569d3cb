import { describe, expect, it } from 'vitest';
import { foreignSeed, isIncidentalParam, withoutPrivateParams } from '../../../server/contract/origin.ts';

describe('the seed of another trainer', () => {
  it.each([
    [{ seed: '5' }, 5],
    [{ 'env.seed': '7', 'actor.data_loader_seed': '1' }, 7],
    [{ 'trainer.seed': '3' }, 3],
    [{ seed: 'random' }, null],
    [{ seeds: '1' }, null],
    [{}, null],
  ])('of %j is %j', (params, seed) => {
    expect(foreignSeed(params as Record<string, string>)).toBe(seed);
  });
});

it('names and seeds make no other method', () => {
  expect(
    ['seed', 'env.seed', 'trainer.experiment_name', 'run_name', 'output_dir'].every(isIncidentalParam),
  ).toBe(true);
  expect(['lr', 'model', 'seed_everything_else'].some(isIncidentalParam)).toBe(false);
});

it('guests see no folders, machines, accounts and keys', () => {
  const facts = {
    source: 'train.py',
    experiment: 'alfworld',
    params: {
      ...{ lr: '1e-6', model: 'Qwen/Qwen2.5-1.5B', max_tokens: '512', momentum: '.9'.replace('.', '0.') },
      ...{ 'model.path': 'x', 'trainer.default_local_dir': 'x', hostname: 'x', api_key: 'x', user: 'x' },
      ...{ data: '/home/me/data', ckpt: '~/ckpt', remote: 'https://x', mail: 'me@x', windows: 'C:\\data' },
    },
  };
  expect(withoutPrivateParams(facts)).toEqual({
    source: '',
    experiment: 'alfworld',
    params: { lr: '1e-6', model: 'Qwen/Qwen2.5-1.5B', max_tokens: '512', momentum: '0.9' },
  });
});
