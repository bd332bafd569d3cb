import { expect, it } from 'vitest';
import { hindrances, type Machine, warnings } from '../../../server/gpu/machine-checks.ts';

const GOOD: Machine = {
  platform: 'linux-x64',
  compiler: 'g++',
  freeBytes: 1e10,
  gpu: 'NVIDIA H200',
  isMusl: false,
};

it('finds nothing wrong with a machine that has all', () => {
  expect([...hindrances(GOOD, 1e9), ...warnings(GOOD, 'cuda')]).toEqual([]);
});

it.each<[string, Partial<Machine>, RegExp]>([
  ['another system', { platform: 'darwin-arm64' }, /not for darwin-arm64/],
  ['musl', { isMusl: true }, /with musl/],
  ['no compiler', { compiler: undefined }, /apt-get install g\+\+/],
  ['a full disk', { freeBytes: 5e8 }, /1 GB of disk are needed .* 500 MB are free/],
])('names %s and what to do', (_what, change, sentence) => {
  const found = hindrances({ ...GOOD, ...change }, 1e9);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(sentence);
});

it('warns of a missing driver, but not where none is wanted', () => {
  const machine = { ...GOOD, gpu: null };
  expect(warnings(machine, 'cuda').join()).toContain('--cpu');
  expect(warnings(machine, 'cpu')).toEqual([]);
});
