import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { combinations, MAX_RUNS_AT_ONCE, nameRuns } from '../../../server/contract/sweep.ts';
import { choicesOf } from '../../../server/contract/sweep-plan.ts';
import { expandSweep } from '../../../server/sweeps/sweep.ts';

describe('a sweep', () => {
  it('is every combination of its values with every seed, seeds outermost', () => {
    const { preset, configs } = expandSweep({
      name: 'credit',
      preset: 'tiny',
      set: { iterations: 4 },
      vary: { estimator: ['hae', 'turn-gae'], gamma: [0.9, 1] },
      seeds: [1, 2],
    });
    expect(preset).toBe('tiny');
    expect(configs).toHaveLength(8);
    expect(configs[0]).toEqual(
      presetConfig('tiny', {
        iterations: 4,
        estimator: 'hae',
        gamma: 0.9,
        seed: 1,
        name: 'credit: hae, gamma 0.9, seed 1',
      }),
    );
    expect(configs.map(({ seed }) => seed)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(configs[6]).toMatchObject({ estimator: 'turn-gae', gamma: 0.9, seed: 2 });
    expect(new Set(configs.map(({ name }) => name)).size).toBe(8);
  });

  it('draws configurations where it is asked to, each with every seed', () => {
    const sweep = expandSweep({
      ...{ name: 'rates', preset: 'tiny', seeds: [1, 2], random: { configurations: 5, seed: 3 } },
      vary: { learningRate: { from: 1e-4, to: 1e-2, scale: 'log' } },
    });
    const { configs } = sweep;
    const choices = choicesOf(sweep);
    expect(configs.map(({ seed }) => seed)).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect(configs.map(({ learningRate }) => learningRate)).toEqual(
      [...choices, ...choices].map(({ learningRate }) => learningRate),
    );
    expect(configs[0]!.name).toMatch(/^rates: learningRate [\d.e-]+, seed 1$/);
  });

  it('is one quick run with nothing in it', () => {
    expect(expandSweep({})).toMatchObject({
      preset: 'quick',
      configs: [presetConfig('quick')],
      halving: null,
    });
  });

  it.each([
    [{ vary: { kapa: [1] } }, /vary/],
    [{ vary: { kappa: [] } }, /vary\.kappa/],
    [{ vary: { kappa: [0, 2] } }, /with kappa 2: kappa: .*<=1/],
    [{ vary: { seed: [1, 2] } }, /vary\.seed: give seeds by their own key/],
    [{ set: { gamma: 'x' } }, /gamma: /],
    [{ vary: { estimator: ['hae', 'grpo'] }, set: { groupSize: 1 } }, /with grpo: groupSize: /],
    [{ seeds: Array.from({ length: MAX_RUNS_AT_ONCE + 1 }, (_, i) => i) }, /201 runs; at most 200/],
    [{ seeds: [1, 1] }, /^seeds: lists 1 twice$/],
    [{ vary: { gamma: [0.9, 1, 0.9] } }, /^vary\.gamma: lists 0\.9 twice$/],
    [
      {
        vary: {
          evaluationStepLimits: [
            [30, 50],
            [50, 30],
          ],
        },
      },
      /^vary\.evaluationStepLimits: lists \[30,50\] twice$/,
    ],
    [{ set: { evaluationStepLimits: [30, 30] } }, /evaluationStepLimits: lists 30 twice/],
    [{ name: 'a\0b' }, /^name: holds U\+0000 at character 2/],
    [{ preset: 'huge' }, /preset: /],
    [7, /sweep: /],
    [{ vary: { kappa: { from: 0, to: 1 } } }, /^vary\.kappa: numbers of a range are drawn: add "random"/],
    [
      { vary: { learningRate: { from: 0, to: 1, scale: 'log' } } },
      /^vary\.learningRate: from: must be above 0/,
    ],
    [{ vary: { kappa: [0, 1] }, random: { configurations: 3 } }, /^random\.configurations: found only 2/],
    [{ vary: { gamma: 0.9 } }, /^vary\.gamma: give a list of values, or a range/],
    [{ name: 'x', halving: {}, vary: { iterations: [4, 8] } }, /^vary\.iterations: the rungs/],
    [{ name: 'x', halving: { eta: 1 } }, /^halving\.eta: /],
  ])('%j is refused with the field and the fix', (sweep, message) => {
    expect(() => expandSweep(sweep)).toThrow(message);
  });
});

describe('the names of a sweep’s runs', () => {
  const places = ['pick_and_place_simple', 'pick_two_obj_and_place'];
  const cleans = ['pick_and_place_simple', 'pick_clean_then_place_in_recep'];
  const longestSeed = 2 ** 31 - 1;

  it('shorten the middle and keep estimator and seed', () => {
    const { configs } = expandSweep({
      name: 'which tasks carry over',
      vary: { taskTypes: [places, cleans], estimator: ['hae', 'turn-gae'] },
      seeds: [1, 2],
    });
    const names = configs.map(({ name }) => name);
    expect(new Set(names).size).toBe(8);
    for (const { name, estimator, seed } of configs) {
      expect(name.length).toBeLessThanOrEqual(80);
      expect(name).toMatch(
        new RegExp(`^which tasks carry over: ${estimator}, taskTypes .*…[a-z_]+, seed ${seed}`),
      );
    }
  });

  it('are all different, whatever the sweep', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.trim()),
        fc.uniqueArray(fc.constantFrom('hae', 'reinforce++-baseline', 'grpo'), { minLength: 1 }),
        fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.integer({ min: 0, max: longestSeed }), { minLength: 1, maxLength: 3 }),
        (name, estimators, gammas, lengths, seeds) => {
          const vary = {
            gamma: gammas,
            kappa: gammas,
            stepLimit: lengths,
            layers: lengths,
            estimator: estimators,
          };
          const choices = combinations<string, unknown>(vary);
          const names = nameRuns(name, choices, seeds);
          const all = names.flat();
          expect(new Set(all).size).toBe(choices.length * seeds.length);
          expect(Math.max(...all.map((text) => text.length))).toBeLessThanOrEqual(80);
          expect(all.every((text) => text.isWellFormed())).toBe(true);
          for (const [s, seed] of seeds.entries())
            for (const [v, choice] of choices.entries()) {
              expect(names[s]![v]).toContain(`${choice.estimator}, `);
              expect(names[s]![v]).toContain(`, seed ${seed}`);
            }
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('combines values with the last field varying fastest', () => {
  expect(combinations({ a: [1, 2], b: [3, 4] })).toEqual([
    { a: 1, b: 3 },
    { a: 1, b: 4 },
    { a: 2, b: 3 },
    { a: 2, b: 4 },
  ]);
  expect(combinations({})).toEqual([{}]);
});
