import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { openTested, type Sample } from './compare-backends.ts';

type ScalarField = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Small enough for the cubic term to vanish, large enough for float32 to tell the two sides apart. */
const STEP = 1 / 64;

/**
 * Compares the gradient of `Σ weights · fn(inputs)` by each element of each float input with a difference quotient of fourth
 * order; the sum is taken in double precision. The weights are no constants, so that errors do not cancel.
 * @param tolerance of each element, relative to the larger of it and 1
 */
export async function expectGradient(
  samples: readonly Sample[],
  fn: ScalarField,
  tolerance = 1e-3,
): Promise<void> {
  const engine = await openTested();
  const evaluate = engine.jit('value', (inputs) => [fn(...inputs)]);
  const differentiate = engine.jit('gradient', (inputs) => {
    const floats = inputs.filter(({ dtype }) => dtype === 'float32');
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const given = [...values];
      const result = fn(...inputs.map((input) => (input.dtype === 'float32' ? given.shift()! : input)));
      return tf.sum(tf.mul(result, tf.tensor(weightsOf(result.size), result.shape)));
    };
    return tf.grads(loss)(floats);
  });
  const toTensors = (values: readonly number[][]): tf.Tensor[] =>
    samples.map(({ shape, dtype }, i) => tf.tensor(values[i]!, shape, dtype));

  const weightedSum = async (values: readonly number[][]): Promise<number> => {
    const inputs = toTensors(values);
    const [result] = await evaluate(inputs);
    const data = await result!.data<'float32'>();
    tf.dispose([...inputs, result!]);
    const weights = weightsOf(data.length);
    return data.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  };

  const base = samples.map(({ values }) => [...values]);
  const inputs = toTensors(base);
  const gradients = await differentiate(inputs);
  let next = 0;
  for (const [which, { dtype, shape }] of samples.entries()) {
    if (dtype !== 'float32') continue;
    const gradient = gradients[next++]!;
    expect(gradient.shape).toEqual(shape);
    const analytic = await gradient.data<'float32'>();
    for (const [at, original] of base[which]!.entries()) {
      const shifted = async (steps: number): Promise<number> => {
        base[which]![at] = original + steps * STEP;
        const sum = await weightedSum(base);
        base[which]![at] = original;
        return sum;
      };
      const near = (await shifted(1)) - (await shifted(-1));
      const far = (await shifted(2)) - (await shifted(-2));
      const numeric = (8 * near - far) / (12 * STEP);
      const error = Math.abs(analytic[at]! - numeric) / Math.max(1, Math.abs(numeric));
      expect(error, `input ${which}, element ${at}: ${analytic[at]} for ${numeric}`).toBeLessThan(tolerance);
    }
  }
  tf.dispose([...inputs, ...gradients]);
  evaluate.dispose();
  differentiate.dispose();
}

function weightsOf(size: number): number[] {
  return Array.from({ length: size }, (_, i) => 0.5 + ((i * 7) % 5) / 4);
}
