import { expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { SweepPlan } from '../../../server/contract/sweep-plan.ts';
import { checkSweep } from '../../../server/sweeps/check-sweep.ts';
import { expandSweep } from '../../../server/sweeps/sweep.ts';

const plan = expandSweep({ preset: 'tiny', vary: { kappa: [0, 1] }, seeds: [1, 2], halving: {} });
const config = (changes: Parameters<typeof presetConfig>[1]) => presetConfig('tiny', changes);

it('takes what a file describes', () => {
  expect(() => checkSweep(plan)).not.toThrow();
});

it.each([
  [{ seeds: [1, 1] }, /^seeds: lists 1 twice$/],
  [{ vary: ['seed'] }, /^vary: seed cannot vary/],
  [{ configs: plan.configs.slice(1) }, /^configs: are 3: give every configuration with each of 2 seeds$/],
  [{ configs: plan.configs.toReversed() }, /^configs: number 1 has seed 2, not 1: seeds come outermost$/],
  [
    { configs: [config({ seed: 1 }), config({ seed: 2, gamma: 0.5 })] },
    /^configs: gamma differs between the seeds/,
  ],
  [
    { seeds: [1], configs: [config({}), config({ name: 'same' })] },
    /^configs: hold the same configuration twice$/,
  ],
  [{ vary: ['iterations'] }, /^vary: iterations: the rungs/],
  [{ seeds: [1], configs: [config({}), config({ iterations: 5 })] }, /^configs: differ in iterations/],
] as [Partial<SweepPlan>, RegExp][])('refuses %j with the part that is wrong', (change, message) => {
  expect(() => checkSweep({ ...plan, ...change })).toThrow(message);
});
