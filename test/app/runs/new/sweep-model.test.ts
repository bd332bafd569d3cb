import { expect, it } from 'vitest';
import { draftOf } from '../../../../app/runs/new/form-model.ts';
import { readSweep, VARIABLE_FIELDS } from '../../../../app/runs/new/sweep-model.ts';
import { FIRST_OPTIONS } from '../../../../app/runs/new/sweep-options.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { expandSweep } from '../../../../server/sweeps/sweep.ts';

const tiny = presetConfig('tiny');

it('reads the same runs as the file of a sweep', () => {
  const draft = { ...draftOf(tiny), name: 'credit', seed: '1, 2' };
  const varied = [
    { field: 'estimator', values: 'hae, grpo' },
    { field: 'gamma', values: '.9 1' },
  ] as const;
  const { configs } = expandSweep({
    name: 'credit',
    preset: 'tiny',
    vary: { estimator: ['hae', 'grpo'], gamma: [0.9, 1] },
    seeds: [1, 2],
  });
  const names = configs.map(({ name }) => name.replace('0.9', '.9'));
  expect(readSweep(draft, varied, tiny)).toMatchObject({
    ok: true,
    errors: [],
    configs: configs.map((config, i) => ({ ...config, name: names[i] })),
    plan: { name: 'credit', vary: ['estimator', 'gamma'], seeds: [1, 2], drawn: false, halving: null },
  });
});

it('draws the same configurations as the file of a sweep, and halves them alike', () => {
  const file = expandSweep({
    ...{ name: 'rates', preset: 'tiny', seeds: [1, 2] },
    set: { criticWarmup: 3 },
    vary: { learningRate: { from: 1e-4, to: 1e-2, scale: 'log' }, kappa: [0, 0.5] },
    random: { configurations: 4, seed: 7 },
    halving: { eta: 2, metric: 'episodeLength' },
  });
  const { preset: _preset, ...plan } = file;
  const draft = { ...draftOf(tiny), name: 'rates', seed: '1, 2', criticWarmup: '3' };
  const varied = [
    { field: 'learningRate', values: '1e-4 to 0.01 log' },
    { field: 'kappa', values: '0, 0.5' },
  ] as const;
  const options = { ...FIRST_OPTIONS, draw: true, configurations: '4', drawSeed: '7' };
  const halved = { ...options, halve: true, eta: '2', metric: 'episodeLength' as const };
  expect(readSweep(draft, varied, tiny, halved)).toMatchObject({ ok: true, problem: null, plan });
  expect(readSweep(draft, varied, tiny, options).plan).toMatchObject({ drawn: true, halving: null });
});

it.each([
  [{ draw: true, configurations: 'many' }, 'configurations', /whole number from 1 to 200/],
  [{ draw: true, drawSeed: '-1' }, 'drawSeed', /whole number from 0/],
  [{ draw: true, configurations: '4' }, 'configurations', /found only 3 different ones: ask for fewer/],
  [{ halve: true, eta: '1' }, 'eta', /whole number from 2 to 10/],
  [{ halve: true, least: '1.5' }, 'least', /whole number from 1/],
] as const)('%j names the option', (change, option, message) => {
  const varied = [{ field: 'kappa', values: '0, 0.5, 1' }] as const;
  const reading = readSweep(draftOf(tiny), varied, tiny, { ...FIRST_OPTIONS, ...change });
  expect(reading).toMatchObject({ ok: false, plan: null, problem: { option } });
  expect(reading.problem!.message).toMatch(message);
});

it('varies the policy of a draft that names a model', () => {
  const language = presetConfig('lm-tiny');
  const { configs, errors } = readSweep(
    draftOf(language),
    [{ field: 'policy', values: 'nano, pretrained' }],
    language,
  );
  expect(errors).toEqual([]);
  expect(configs.map(({ policy, model, context }) => [policy, model, context])).toEqual([
    ['nano', '', 'rebuilt'],
    ['pretrained', 'tiny-random', 'dialogue'],
  ]);
});

it('varies yes and no', () => {
  const { configs } = readSweep(draftOf(tiny), [{ field: 'renaming', values: 'no, yes' }], tiny);
  expect(configs.map(({ renaming }) => renaming)).toEqual([false, true]);
});

it.each([
  ['kappa', '', /needs values/],
  ['kappa', '0, 2', /^must be at most 1 \(with kappa 2\)$/],
  ['kappa', '1, 1', /lists a value twice/],
  ['gamma', '.5, 1, 0.50', /lists a value twice/],
  ['renaming', 'no, yes, true', /lists a value twice/],
  ['estimator', 'hae, ppo', /^must be one of hae, .*\(with ppo\)$/],
  ['episodesPerIteration', '12, 1e', /not a number/],
  ['kappa', '0 to 1', /choose “drawn at random”/],
] as const)('%s = %s names the field', (field, values, message) => {
  const reading = readSweep(draftOf(tiny), [{ field, values }], tiny);
  expect(reading.ok).toBe(false);
  expect(reading.errors[0]?.field).toBe(field);
  expect(reading.errors[0]?.message).toMatch(message);
});

it('gives every run a name of its own', () => {
  const draft = { ...draftOf(tiny), name: 'x'.repeat(80), seed: '2147483646, 2147483647' };
  const varied = [
    { field: 'gamma', values: '0.9123456, 0.9123457' },
    { field: 'kappa', values: '0.5123456, 0.5123457' },
    { field: 'estimator', values: 'hae, reinforce++-baseline' },
  ] as const;
  const { configs } = readSweep(draft, varied, tiny);
  expect(configs).toHaveLength(16);
  expect(new Set(configs.map(({ name }) => name)).size).toBe(16);
  for (const { name, estimator, seed } of configs) {
    expect(name).toContain(`: ${estimator}, `);
    expect(name).toContain(`, seed ${seed}`);
  }
});

it.each([
  ['kappa', '1 to 0', {}, /the smaller number comes first/],
  ['kappa', '0 to 1 log', {}, /begins above 0/],
  ['kappa', 'a to b', {}, /is no range/],
  ['iterations', '4 to 8', { halve: true }, /the rungs set it/],
] as const)('%s drawn from %s names the field', (field, values, change, message) => {
  const options = { ...FIRST_OPTIONS, draw: true, configurations: '2', ...change };
  const reading = readSweep(draftOf(tiny), [{ field, values }], tiny, options);
  expect(reading.errors[0]?.field).toBe(field);
  expect(reading.errors[0]?.message).toMatch(message);
});

it('offers fields with one short value each', () => {
  expect(VARIABLE_FIELDS).toContain('estimator');
  for (const name of ['name', 'seed', 'taskTypes'] as const) expect(VARIABLE_FIELDS).not.toContain(name);
});
