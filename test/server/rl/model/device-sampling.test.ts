import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DeviceSampler, packedWidth, unpackDraw } from '../../../../server/rl/model/device-sampling.ts';
import { type FreeDraw, sampleAll } from '../../../../server/rl/model/sampling.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openTestEngine } from '../test-engine.ts';

const VOCABULARY = 3000;
let engine: Engine;
let sampler: DeviceSampler;

beforeAll(async () => {
  engine = await openTestEngine();
  sampler = new DeviceSampler(engine);
});

/** Logits of a model that knows what it wants, of another row each. */
function peaked(rows: number, seed: number, spread = 3): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: rows }, () =>
    Float32Array.from({ length: VOCABULARY }, () => spread * random.normal()),
  );
}

async function draw(
  rows: Float32Array[],
  uniforms: number[],
  temperature: number,
  topP: number,
): Promise<(FreeDraw | null)[]> {
  const vocabulary = rows[0]!.length;
  const all = new Float32Array(rows.length * vocabulary);
  for (const [row, logits] of rows.entries()) all.set(logits, row * vocabulary);
  const logits = tf.tensor(all, [rows.length, vocabulary]);
  const drawing = { uniforms, temperature, topP };
  const packed = await sampler.draw(logits, drawing);
  logits.dispose();
  const width = packedWidth(drawing, vocabulary);
  return rows.map((_, row) => unpackDraw(packed.subarray(row * width, (row + 1) * width), vocabulary));
}

/** How far outside of a token's share of [0, 1) a uniform number is; 0: inside. */
function distance(
  logits: Float32Array,
  temperature: number,
  { id, support }: FreeDraw,
  uniform: number,
): number {
  const ids = support ?? Uint32Array.from(logits.keys());
  const weights = Array.from(ids, (one) => Math.exp(logits[one]! / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  const place = ids.indexOf(id);
  const before = weights.slice(0, place).reduce((a, b) => a + b, 0) / total;
  return Math.max(0, before - uniform, uniform - before - weights[place]! / total);
}

describe('drawing where logits are', () => {
  it.each([
    [1, 1],
    [0.4, 1],
    [0.7, 0.9],
    [1, 0.5],
    [0.05, 0.95],
    [0, 1],
    [0, 0.9],
  ])('draws what the host draws: temperature %d, top-p %d', async (temperature, topP) => {
    const random = new Random(9);
    let same = 0;
    for (let round = 0; round < 10; round++) {
      const rows = peaked(8, round);
      const uniforms = rows.map(() => random.next());
      const draws = await draw(rows, uniforms, temperature, topP);
      for (const [row, drawn] of draws.entries()) {
        const want = sampleAll(rows[row]!, uniforms[row]!, temperature, topP);
        expect(drawn?.support).toEqual(want.support);
        expect(drawn?.entropy).toBeCloseTo(want.entropy, 4);
        if (temperature > 0)
          expect(distance(rows[row]!, temperature, drawn!, uniforms[row]!)).toBeLessThan(2e-6);
        if (drawn?.id !== want.id) continue;
        same++;
        expect(drawn.logProbability).toBeCloseTo(want.logProbability, 4);
      }
    }
    expect(same).toBeGreaterThanOrEqual(79); // of 80: sums in 32 bits may end on the other side of a border
  });

  it('draws the same again, whatever the other rows are', async () => {
    const rows = peaked(4, 3);
    const uniforms = [0.1, 0.5, 0.9, 0.3];
    const once = await draw(rows, uniforms, 0.8, 0.9);
    expect(await draw(rows, uniforms, 0.8, 0.9)).toEqual(once);
    const turned = await draw(rows.toReversed(), uniforms.toReversed(), 0.8, 0.9);
    expect(turned.toReversed()).toEqual(once);
  });

  it('never draws what has no weight, at either end', async () => {
    const logits = new Float32Array(VOCABULARY).fill(-200);
    logits[700] = 1;
    logits[900] = 1;
    for (const topP of [1, 0.9]) {
      const draws = await draw([logits, logits, logits], [0, 0.499, 1 - 2 ** -53], 1, topP);
      expect(draws.map((drawn) => drawn?.id)).toEqual([700, 700, 900]);
    }
  });

  it('takes the lower of two equal ids into a nucleus', async () => {
    const logits = new Float32Array(VOCABULARY).fill(-50);
    for (const id of [40, 1500, 2500]) logits[id] = 2;
    const [drawn] = await draw([logits], [0.99], 1, 0.6);
    expect(drawn).toMatchObject({ id: 1500, support: Uint32Array.of(40, 1500) });
  });

  it('takes the first of the likeliest at temperature 0', async () => {
    const logits = new Float32Array(VOCABULARY);
    logits[5] = 1;
    logits[6] = 1;
    const [drawn] = await draw([logits], [0.7], 0, 1);
    expect(drawn).toEqual({ id: 5, logProbability: 0, entropy: 0, support: Uint32Array.of(5) });
  });

  it('leaves rows to the host whose nucleus is large or that are not finite, and no others', async () => {
    const [sound, infinite, missing] = peaked(3, 1) as [Float32Array, Float32Array, Float32Array];
    infinite[17] = Number.NEGATIVE_INFINITY;
    missing[17] = Number.NaN;
    const flat = new Float32Array(VOCABULARY).fill(1);
    const rows = [sound, infinite, missing, flat];
    const drawn = async (temperature: number, topP: number) =>
      (await draw(rows, [0.5, 0.5, 0.5, 0.5], temperature, topP)).map((one) => one !== null);
    expect(await drawn(1, 0.9)).toEqual([true, false, false, false]);
    expect(await drawn(1, 1)).toEqual([true, false, false, true]);
    expect(await drawn(0, 1)).toEqual([true, false, false, true]);
  });

  it('knows small vocabularies whole, and leaves no tensor behind', async () => {
    const logits = Float32Array.of(1, 2, 3, 2);
    const before = tf.memory().numTensors;
    const [drawn] = await draw([logits], [0.3], 1, 0.999999);
    expect(drawn).toMatchObject({ id: sampleAll(logits, 0.3, 1, 0.999999).id, support: null });
    expect(tf.memory().numTensors).toBe(before);
  });
});
