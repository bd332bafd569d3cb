import { expect, it } from 'vitest';
import { methodTitle } from '../../server/contract/credit-origin.ts';
import { studyRuns } from './study-runs.ts';

it('the picture of a comparison shows the runs of docs/results as their results tell', () => {
  const runs = studyRuns([1, 5]);
  expect(runs.slice(0, 3).map(({ config }) => methodTitle(config))).toEqual([
    'HiPER, as tuned here',
    'Turn-level GAE, as tuned here',
    'Flat PPO, as published',
  ]);
  expect(runs.map(({ config }) => config.seed)).toEqual([1, 1, 1, 5, 5, 5]);
  for (const { config, events } of runs) {
    const iterations = events.filter(({ kind }) => kind === 'iteration');
    expect(iterations).toHaveLength(config.iterations);
    expect(iterations.at(-1)).toMatchObject({ iteration: 60, values: { success: expect.closeTo(0.8, 0) } });
    // Every five iterations on 30 turns, and at the end on 50.
    expect(events.filter(({ kind }) => kind === 'evaluation')).toHaveLength(14);
  }
});

it('and none whose result is not there', () => {
  expect(() => studyRuns([77])).toThrow('has no hae-short with seed 77');
});
