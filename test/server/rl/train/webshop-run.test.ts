import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { TrainerEvent } from '../../../../server/contract/events.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { run } from '../../../../server/rl/train/run.ts';
import { rawProduct } from '../envs/webshop/small-shop.ts';

/** Small enough for a test, real in every part. */
const SMALL: RunConfigInput = {
  width: 16,
  heads: 2,
  keyValueHeads: 1,
  feedForward: 32,
  warmStartEpisodes: 8,
  warmStartEpochs: 1,
  iterations: 2,
  episodesPerIteration: 4,
  stepLimit: 8,
  evaluateEvery: 1,
  evaluationGames: 6,
  evaluationStepLimits: [4, 8],
};
const TIMING = /Seconds|PerSecond|memory/;

class Killed extends Error {}

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'webshop-run-'));
});
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function train(
  changes: RunConfigInput,
  { at = mkdtempSync(join(root, 'run-')), killAfter = 0, resume = false } = {},
) {
  const events: TrainerEvent[] = [];
  const training = run({
    config: presetConfig('webshop-tiny', { ...SMALL, ...changes }),
    folder: at,
    warmStartFolder: join(root, 'warm-starts'),
    engine: 'onnxruntime',
    threads: 1,
    resume,
    io: {
      checkpoint: async () => {},
      emit: async (event) => {
        events.push(event);
        if (event.kind === 'checkpoint' && event.iteration === killAfter) throw new Killed();
      },
    },
  });
  const evaluations = await training.catch((error: unknown) => {
    if (error instanceof Killed) return [];
    throw error;
  });
  const iterations = events.flatMap((event) => (event.kind === 'iteration' ? [event] : []));
  return { at, events, iterations, evaluations };
}

it('a run trains among generated products, reports scores, and goes on from a checkpoint to the same numbers', async () => {
  const whole = await train({});
  expect(whole.events).toContainEqual(expect.objectContaining({ kind: 'facts', games: 'generated' }));
  expect(whole.iterations).toHaveLength(2);
  expect(whole.iterations[0]?.values.score).toBeGreaterThanOrEqual(whole.iterations[0]?.values.success ?? 1);
  expect(whole.evaluations.map(({ split, stepLimit }) => `${split} ${stepLimit}`)).toEqual([
    'test 4',
    'test 8',
  ]);
  for (const { score, successes, episodes } of whole.evaluations)
    expect(score).toBeGreaterThanOrEqual(successes / episodes);
  const killed = await train({}, { killAfter: 1 });
  const resumed = await train({}, { at: killed.at, resume: true });
  const untimed = ({ values }: { values: object }) =>
    Object.entries(values).filter(([key]) => !TIMING.test(key));
  expect(resumed.iterations.map(untimed)).toEqual(whole.iterations.slice(1).map(untimed));
});

it('a checkpoint is not gone on with in words learned from other products', async () => {
  const { at } = await train({}, { killAfter: 1 });
  const other = train({ catalogueSize: 900 }, { at, resume: true });
  await expect(other).rejects.toThrow(/was trained in other words \(webshop-2 \w+\) than this run's/);
});

it('flat turns, groups and the score as reward train too', async () => {
  const { iterations } = await train({
    estimator: 'gigpo',
    format: 'flat',
    groupSize: 2,
    shopReward: 'score',
    iterations: 1,
  });
  expect(iterations).toHaveLength(1);
  expect(iterations[0]?.values.reward).toBeCloseTo(iterations[0]?.values.score ?? Number.NaN, 6);
});

/** A folder of products as they are published, and of nothing else. */
function dataFolder(products: string, about = '{}'): string {
  const folder = mkdtempSync(join(root, 'data-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'items_shuffle_1000.json'), products);
  writeFileSync(join(folder, 'items_ins_v2_1000.json'), about);
  return folder;
}

it.each([
  [
    'a price that is none',
    JSON.stringify([rawProduct('B000000001', { pricing: 'NaN' })]),
    /product 1 \(B000000001\): pricing "NaN"/,
  ],
  ['a product that is none', '[NaN]', /product 1 is NaN, not an object/],
  ['half a file', JSON.stringify([rawProduct('B000000001')]).slice(0, -9), /items_shuffle_1000\.json/],
  [
    'no goals',
    JSON.stringify([rawProduct('B000000001'), rawProduct('B000000001')]),
    /goals: synthetic ones are 0/,
  ],
])('a data folder with %s fails the run with what is wrong', async (_, products, message) => {
  vi.stubEnv('WEBSHOP_DATA', dataFolder(products));
  await expect(train({ games: 'real' })).rejects.toThrow(message);
});

it('a run tells which products its catalogue left out', async () => {
  const colors = Array.from({ length: 520 }, (_, i) => ({ value: `shade ${i}` }));
  const pillow = rawProduct('B000000001', { customization_options: { Color: colors } });
  const products = [pillow, rawProduct('B000000001'), rawProduct('nan'), rawProduct('B0000000012')];
  const about = {
    B000000001: { attributes: ['soft'], instruction: 'Find me a mug', instruction_attributes: ['soft'] },
  };
  vi.stubEnv('WEBSHOP_DATA', dataFolder(JSON.stringify(products), JSON.stringify(about)));
  const { events } = await train({
    games: 'real',
    warmStartEpisodes: 0,
    iterations: 1,
    criticWarmup: 0,
    taskTypes: ['garden'],
  });
  const text =
    'games left out: train 1 products of an asin that came before, 2 products without an asin of 10 characters';
  expect(events).toContainEqual({ kind: 'log', level: 'info', text });
});

it('a data folder that is not there, and human goals where nearly none are, say what to do', async () => {
  vi.stubEnv('WEBSHOP_DATA', join(root, 'nowhere'));
  await expect(train({ games: 'auto' })).rejects.toThrow(/WEBSHOP_DATA names .*nowhere/);
  vi.unstubAllEnvs();
  await expect(train({ goals: 'human' })).rejects.toThrow(/goals: human ones are 0 in this catalogue/);
});
