import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openTensorflowEngine } from '../../../../server/rl/tensor/tensorflow/engine.ts';
import { installedGpu } from '../../../../server/rl/tensor/tensorflow/installed.ts';

type Jit = 'graph' | 'xla' | 'eager';

function open(jit: Jit, products: 'float32' | 'bfloat16'): Promise<Engine> {
  return openTensorflowEngine({
    threads: 1,
    settings: { jit, math: 'deterministic', products },
    reason: () => 'test',
  });
}

/** Rounded to the 8 significant bits of bfloat16, to even where it is in the middle. */
function rounded(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  const [whole] = bits as unknown as [number];
  bits[0] = (whole + 0x7fff + ((whole >>> 16) & 1)) & 0xffff_0000;
  return new Float32Array(bits.buffer)[0] as number;
}

describe.skipIf(installedGpu() === null)(
  'matrix products in bfloat16 (skipped where TensorFlow is not installed: npm run gpu:install -- --cpu)',
  () => {
    const numbers = (count: number, from: number) =>
      Float32Array.from({ length: count }, (_, i) => Math.sin(7 * i + from));
    /** a [4, 96] b [96, 5], the product's sum weighted by c [4, 5], and its gradients. */
    const [a, b, c] = [numbers(4 * 96, 1), numbers(96 * 5, 2), numbers(4 * 5, 3)];

    async function compute(engine: Engine): Promise<number[][]> {
      const step = engine.jit('products', (inputs) => {
        const [x, y, weights] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const loss = (left: tf.Tensor, right: tf.Tensor) =>
          tf.sum(tf.mul(tf.matMul(left as tf.Tensor2D, right as tf.Tensor2D), weights)) as tf.Scalar;
        return [tf.matMul(x, y), ...tf.grads(loss)([x, y])];
      });
      const results = await step([tf.tensor2d(a, [4, 96]), tf.tensor2d(b, [96, 5]), tf.tensor2d(c, [4, 5])]);
      expect(results.map(({ dtype }) => dtype)).toEqual(['float32', 'float32', 'float32']);
      return Promise.all(results.map(async (result) => Array.from(await result.data())));
    }

    /** The same of rounded operands, summed in 64 bits: the product, c bᵀ and aᵀ c. */
    function expected(): number[][] {
      const [x, y, z] = [a, b, c].map((values) => Float64Array.from(values, rounded)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const product = (n: number, m: number, k: number, term: (i: number, j: number, l: number) => number) =>
        Array.from({ length: n * m }, (_, at) => {
          let sum = 0;
          for (let l = 0; l < k; l++) sum += term(Math.floor(at / m), at % m, l);
          return sum;
        });
      return [
        product(4, 5, 96, (i, j, l) => x[i * 96 + l]! * y[l * 5 + j]!),
        product(4, 96, 5, (i, j, l) => z[i * 5 + l]! * y[j * 5 + l]!),
        product(96, 5, 4, (i, j, l) => x[l * 96 + i]! * z[l * 5 + j]!),
      ];
    }

    function largestError(got: number[], want: number[]): number {
      const scale = Math.max(...want.map(Math.abs));
      return Math.max(...got.map((value, i) => Math.abs(value - want[i]!))) / scale;
    }

    // XLA sums in 32 bits; TensorFlow's own kernels round sums to 8 bits, on the CPU sums of parts as well.
    it.each([
      ['graph', 0.01],
      ['eager', 0.01],
      ['xla', 1e-6],
    ] as const)('rounds operands forward and backward, its results being float32: %s', async (jit, error) => {
      const [want, got] = [expected(), await compute(await open(jit, 'bfloat16'))];
      for (const [i, values] of want.entries()) expect(largestError(got[i]!, values)).toBeLessThan(error);
      const plain = await compute(await open(jit, 'float32'));
      for (const [i, values] of want.entries()) expect(largestError(plain[i]!, values)).toBeGreaterThan(5e-4); // so that the operands were rounded, and only where asked
    });

    it('leaves products with a vector, and all else, in 32 bits', async () => {
      const third = 1 / 3;
      const engine = await open('graph', 'bfloat16');
      const all = engine.jit('vectors', ([x, row, column]) => [
        tf.matMul(row as tf.Tensor2D, x as tf.Tensor2D),
        tf.matMul(x as tf.Tensor2D, column as tf.Tensor2D),
        tf.add(x!, 0),
        tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D),
      ]);
      const results = await all([tf.fill([2, 2], third), tf.tensor2d([[1, 0]]), tf.tensor2d([[1], [0]])]);
      const values = await Promise.all(results.map(async (result) => (await result.data())[0] as number));
      expect(values.slice(0, 3)).toEqual([third, third, third].map(Math.fround));
      expect(values[3]).not.toBeCloseTo(2 * third ** 2, 4);
    });

    it('leaves nothing behind, and says what it is', async () => {
      const engine = await open('eager', 'bfloat16');
      const square = engine.jit('square', ([x]) => [tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D)]);
      const x = tf.ones([2, 2]);
      tf.dispose(await square([x]));
      const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
      const before = [tf.memory().numTensors, binding.getNumOfTensors()];
      tf.dispose(await square([x]));
      expect([tf.memory().numTensors, binding.getNumOfTensors()]).toEqual(before);
      expect(engine.report().version).toMatch(/\(eager.*, bfloat16\)$/);
    });
  },
);
