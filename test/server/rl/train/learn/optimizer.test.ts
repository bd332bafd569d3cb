import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { AdamW } from '../../../../../server/rl/train/learn/optimizer.ts';
import { openTestEngine } from '../../test-engine.ts';

const OPTIONS = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, gradientClip: 1 };

const filled = (size: number, seed: number) =>
  tf.tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(seed + i)));

it('large weights, which are updated one by one, move as they would together with others', async () => {
  const engine = await openTestEngine();
  const large = 2 ** 18;
  const sizes = [5, large, 7, large + 3];
  const optimizer = new AdamW(
    engine,
    sizes.map((size) => [size]),
    OPTIONS,
  );
  let weights = sizes.map((size, i) => filled(size, i));
  // In plain numbers, of some places of each weight.
  const places = (size: number) => [0, 3, size - 1];
  const expected = await Promise.all(
    weights.map(async (weight) => {
      const values = await weight.data();
      return places(weight.size).map((at) => ({ w: values[at]!, m: 0, v: 0 }));
    }),
  );
  for (let step = 1; step <= 3; step++) {
    const gradients = sizes.map((size, i) => filled(size, 10 * step + i));
    const values = (await Promise.all(gradients.map((gradient) => gradient.data()))) as Float32Array[];
    const squares = values.reduce((sum, part) => part.reduce((own, x) => own + x * x, sum), 0);
    const norm = Math.sqrt(squares);
    const before = tf.memory().numTensors;
    const result = await optimizer.step(weights, gradients, 1e-2);
    expect(result.norm / norm).toBeCloseTo(1, 5);
    tf.dispose(weights);
    weights = result.weights!;
    expect(tf.memory().numTensors).toBe(before - gradients.length);
    for (const [i, own] of expected.entries())
      for (const [j, place] of own.entries()) {
        const gradient = values[i]![places(sizes[i]!)[j]!]! * Math.min(1, OPTIONS.gradientClip / norm);
        place.m = 0.9 * place.m + 0.1 * gradient;
        place.v = 0.99 * place.v + 0.01 * gradient ** 2;
        const [m, v] = [place.m / (1 - 0.9 ** step), place.v / (1 - 0.99 ** step)];
        place.w = place.w * (1 - 1e-2 * OPTIONS.weightDecay) - (1e-2 * m) / (Math.sqrt(v) + OPTIONS.epsilon);
        expect((await weights[i]!.data())[places(sizes[i]!)[j]!]).toBeCloseTo(place.w, 5);
      }
  }
  expect(optimizer.state.steps).toBe(3);
  optimizer.dispose();
});

it('a gradient that is not finite changes nothing', async () => {
  const engine = await openTestEngine();
  const optimizer = new AdamW(engine, [[2]], OPTIONS);
  const result = await optimizer.step([filled(2, 1)], [tf.tensor([1, Number.NaN])], 1e-2);
  expect(result).toEqual({ weights: null, norm: Number.NaN });
  expect(optimizer.state.steps).toBe(0);
  optimizer.dispose();
});
