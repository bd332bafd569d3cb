import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { TEST_ENGINE } from '../test-engine.ts';
import { floats, openTested } from './compare-backends.ts';

beforeAll(openTested);

/** Runs a program of a TFJS user on TFJS's cpu backend and on this one; both must tell the same. */
async function expectSameStory(program: () => unknown): Promise<void> {
  await tf.setBackend('cpu');
  const expected = await program();
  await tf.setBackend(TEST_ENGINE);
  expect(await program()).toEqual(expected);
}

/** Tensors and bytes since some moment; not buffers, because backends differ in what they share. */
function counter(): () => number[] {
  const start = tf.memory();
  return () => {
    const { numTensors, numBytes } = tf.memory();
    return [numTensors - start.numTensors, numBytes - start.numBytes];
  };
}

function sample(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(floats(shape, -1, 1, seed).values, shape);
}

describe('memory is counted as on the cpu backend', () => {
  it('by tidy, keep, clone and dispose', () =>
    expectSameStory(() => {
      const count = counter();
      const story: unknown[] = [];
      let kept: tf.Tensor | undefined;
      const result = tf.tidy(() => {
        const x = tf.ones([3, 4]);
        kept = tf.keep(tf.exp(x));
        const inner = tf.tidy(() => tf.add(tf.mul(x, 2), kept!));
        story.push(['inside', ...count()]);
        return tf.sum(inner);
      });
      story.push(['after tidy', ...count()]);
      const copy = kept!.clone();
      kept!.dispose();
      kept!.dispose(); // twice does no harm
      story.push(['one of two views gone', ...count(), Array.from(copy.dataSync())[0]?.toFixed(4)]);
      expect(() => kept!.dataSync()).toThrow(/disposed/);
      tf.dispose([copy, result]);
      story.push(['end', ...count(), result.isDisposed]);
      return story;
    }));

  it('by reshapes, casts and int32 and bool tensors', () =>
    expectSameStory(() => {
      const count = counter();
      const x = tf.tensor([1, 0, 2, 3], [2, 2], 'int32');
      const parts = [tf.reshape(x, [4]), tf.cast(x, 'bool'), tf.cast(x, 'float32'), tf.cast(x, 'int32')];
      const story = [count()];
      x.dispose();
      story.push(count());
      tf.dispose(parts);
      return [...story, count()];
    }));

  it('by gradients', () =>
    expectSameStory(() => {
      const count = counter();
      const x = sample([3, 2], 1);
      const { value, grad } = tf.valueAndGrad((t: tf.Tensor) => tf.sum(tf.square(tf.sin(t))) as tf.Scalar)(x);
      const story = [count()];
      tf.dispose([x, value, grad]);
      return [...story, count()];
    }));

  // tfjs-node says of itself that it is not.
  it.skipIf(TEST_ENGINE === 'tensorflow')('and is reliable', () => {
    expect(tf.memory().unreliable).toBe(false);
  });
});

describe('data', () => {
  it('is the same read either way, once and again', async () => {
    const y = tf.tidy(() => tf.cumsum(tf.square(tf.tensor1d([1, 2, 3]))));
    const sync = Array.from(y.dataSync());
    expect(sync).toEqual([1, 5, 14]);
    expect(Array.from(await y.data())).toEqual(sync);
    expect(await y.array()).toEqual(sync);
    expect((await y.buffer()).get(2)).toBe(14);
  });

  it('of strings and complex numbers passes through', async () => {
    const words = tf.tensor(['ein', 'Wort'], [2, 1]);
    expect(tf.reshape(words, [2]).arraySync()).toEqual(['ein', 'Wort']);
    const z = tf.complex([1, 2], [3, -4]);
    expect(Array.from(tf.abs(z).dataSync(), (x) => Math.round(x * 1e3))).toEqual([3162, 4472]);
    expect(Array.from(await tf.mul(z, z).data())).toEqual([-8, 6, -12, -16]);
  });

  it('read after the engine has run the graph on its own is still right', () => {
    let x = tf.tensor1d([0, 0, 0]);
    for (let i = 0; i < 3000; i++) x = tf.tidy(() => tf.add(x, tf.tensor1d([1, 2, 3])) as tf.Tensor1D);
    expect(Array.from(x.dataSync())).toEqual([3000, 6000, 9000]);
  });
});

describe('profile and time', () => {
  it('report the kernels a program runs', () =>
    expectSameStory(async () => {
      const x = tf.ones([2, 3]);
      const profile = await tf.profile(() => tf.tidy(() => tf.sum(tf.exp(tf.neg(x)), 1)));
      x.dispose();
      const { newBytes, newTensors, kernelNames, kernels } = profile;
      const shapes = kernels.map(({ name, outputShapes }) => [name, outputShapes]);
      return { newBytes, newTensors, kernelNames: kernelNames.sort(), shapes };
    }));

  it('time what is computed, not only what is recorded', async () => {
    const [a, b] = [tf.ones([256, 256]), tf.ones([256, 256])];
    const { kernelMs, wallMs } = await tf.time(() => tf.matMul(a, b));
    expect(kernelMs).toBeGreaterThan(0);
    expect(wallMs).toBeGreaterThanOrEqual(kernelMs as number);
  });
});

describe('training with TFJS itself', () => {
  const OPTIMIZERS: [string, () => tf.Optimizer][] = [
    ['sgd', () => tf.train.sgd(0.1)],
    ['momentum', () => tf.train.momentum(0.1, 0.9, true)],
    ['adagrad', () => tf.train.adagrad(0.1)],
    ['adadelta', () => tf.train.adadelta(0.5)],
    ['adam', () => tf.train.adam(0.05)],
    ['adamax', () => tf.train.adamax(0.05)],
    ['rmsprop', () => tf.train.rmsprop(0.01, 0.9, 0.5, undefined, true)],
  ];

  it.each(OPTIMIZERS)('%s moves variables as on the cpu backend and leaves nothing behind', (_name, make) =>
    expectSameStory(() => {
      const count = counter();
      const weights = tf.variable(sample([3, 2], 2));
      const frozen = tf.variable(sample([2], 3), false);
      const optimizer = make();
      const x = sample([5, 3], 4);
      const losses = Array.from({ length: 6 }, () => {
        const loss = optimizer.minimize(() => {
          const y = tf.add(tf.matMul(x, weights as tf.Tensor), frozen);
          return tf.mean(tf.square(tf.sub(tf.tanh(y), 0.5))) as tf.Scalar;
        }, true)!;
        const value = loss.dataSync()[0]!.toFixed(4);
        loss.dispose();
        return value;
      });
      expect(Number(losses.at(-1))).toBeLessThan(Number(losses[0]));
      const moved = Array.from(weights.dataSync(), (value) => value.toFixed(3));
      optimizer.dispose();
      tf.dispose([weights, frozen, x]);
      return { losses, moved, left: count() };
    }),
  );

  it('variables take new values and keep their identity', () =>
    expectSameStory(() => {
      const count = counter();
      const v = tf.variable(tf.tensor1d([1, 2]));
      const doubled = tf.mul(v, 2);
      v.assign(doubled as tf.Tensor1D);
      const before = Array.from(v.dataSync());
      doubled.dispose();
      const after = Array.from(tf.tidy(() => tf.add(v, 1)).dataSync());
      v.dispose();
      return { before, after, left: count() };
    }));

  it('customGrad decides the gradient', () =>
    expectSameStory(() =>
      tf.tidy(() => {
        const clipped = tf.customGrad((x, save) => {
          (save as tf.GradSaveFunc)([x as tf.Tensor]);
          return {
            value: tf.square(x as tf.Tensor),
            gradFunc: (dy, saved) => tf.mul(dy, tf.clipByValue(saved[0]!, -1, 1)),
          };
        });
        const x = tf.tensor1d([-3, 0.5, 2]);
        return Array.from(
          tf
            .grad((t: tf.Tensor) => tf.sum(clipped(t)))(x)
            .dataSync(),
        );
      }),
    ));
});

// `npm run bench -- leak` takes 10,000.
it('holds neither more tensors nor more memory after 4,000 steps', { timeout: 180_000 }, async () => {
  const bench = fileURLToPath(new URL('../../../bench/leak.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--steps', '4000']);
  const rows = stdout.split('\n').filter((line) => /^\d+\t/.test(line));
  const counts = rows.map((line) => line.split('\t').slice(1, 4).join()); // tensors, buffers, graphs
  expect(rows).toHaveLength(20);
  expect(new Set(counts.slice(0, 10)).size).toBe(1);
  expect(new Set(counts.slice(10)).size).toBe(1);
  const [jitted, eager] = [...stdout.matchAll(/(-?[\d.]+) MB (?:jitted|eager)/g)].map(([, mb]) => Number(mb));
  // V8 takes memory from the system in steps of 32 MB, at times two of them; one lost tensor of weights a step would be 128 MB.
  expect(jitted).toBeLessThan(96);
  expect(eager).toBeLessThan(96);
});
