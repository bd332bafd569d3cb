import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openTested } from './compare-backends.ts';

let engine: Engine;

beforeAll(async () => {
  engine = await openTested();
}, 30_000);

/** Runs a program and returns how often it left for the cpu backend with this kernel. */
function fallbacks(kernel: string, program: () => void): number {
  const before = engine.report().fallbacks[kernel] ?? 0;
  program();
  return (engine.report().fallbacks[kernel] ?? 0) - before;
}

describe('what ONNX does not have runs on the cpu backend and is counted', () => {
  it('a kernel whose result has no shape known beforehand', () => {
    const count = fallbacks('Unique', () => {
      const { values } = tf.unique(tf.add(tf.tensor1d([1, 2, 1]), 1));
      expect(Array.from(values.dataSync())).toEqual([2, 3]);
    });
    expect(count).toBe(1);
  });

  it('a native kernel given strings, not given numbers', () => {
    const concat = (parts: tf.Tensor[]): unknown => tf.concat(parts).arraySync();
    expect(
      fallbacks('Concat', () => expect(concat([tf.tensor(['a']), tf.tensor(['b'])])).toEqual(['a', 'b'])),
    ).toBe(1);
    expect(fallbacks('Concat', () => expect(concat([tf.tensor([1]), tf.tensor([2])])).toEqual([1, 2]))).toBe(
      0,
    );
  });

  it('a pool with more padding than kernel', () => {
    const count = fallbacks('AvgPool', () => {
      const pooled = tf.avgPool(tf.ones([1, 4, 4, 1]) as tf.Tensor4D, 2, 1, 3);
      expect(pooled.shape).toEqual([1, 9, 9, 1]);
    });
    expect(count).toBe(1);
  });

  it('but inside jit it is refused by name', async () => {
    const distinct = engine.jit('distinct', ([x]) => [tf.unique(x!).values]);
    await expect(distinct([tf.tensor1d([1, 2])])).rejects.toThrow(/'distinct' uses the kernel Unique/);
  });
});
