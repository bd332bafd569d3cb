import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openTestEngine, TEST_ENGINE } from '../test-engine.ts';

export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

export interface Sample {
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool';
  values: number[];
}

/** Deterministic noise in [low, high), so that a failing case fails again. */
export function floats(shape: number[], low = -2, high = 2, seed = 1): Sample {
  let state = seed * 7919 + shape.reduce((sum, size) => sum * 31 + size, 17);
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    shape,
    dtype: 'float32',
    values: Array.from({ length: size }, () => Math.fround(low + (high - low) * next())),
  };
}

export function ints(shape: number[], low = -3, high = 4, seed = 1): Sample {
  const { values } = floats(shape, low, high, seed);
  return { shape, dtype: 'int32', values: values.map(Math.floor) };
}

export function bools(shape: number[], seed = 1): Sample {
  const { values } = floats(shape, 0, 1, seed);
  return { shape, dtype: 'bool', values: values.map((value) => (value < 0.5 ? 0 : 1)) };
}

export function exactly(
  values: number[],
  shape: number[] = [values.length],
  dtype: Sample['dtype'] = 'float32',
): Sample {
  return { shape, dtype, values };
}

interface Result {
  shape: number[];
  dtype: string;
  values: number[];
}

let engine: Engine | undefined;

/** The engine under test, and its backend the current one. */
export async function openTested(): Promise<Engine> {
  engine ??= await openTestEngine();
  await tf.setBackend(TEST_ENGINE);
  return engine;
}

function toTensors(samples: readonly Sample[]): tf.Tensor[] {
  return samples.map(({ shape, dtype, values }) => tf.tensor(values, shape, dtype));
}

function asList(result: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
  return Array.isArray(result) ? result : [result];
}

/** Outputs and, for float inputs, gradients of a weighted sum of the float outputs. */
function withGradients(fn: TensorFunction, differentiate: boolean): (inputs: tf.Tensor[]) => tf.Tensor[] {
  return (inputs) => {
    const outputs = asList(fn(...inputs));
    if (!differentiate) return outputs;
    const floatInputs = inputs.filter(({ dtype }) => dtype === 'float32');
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      let next = 0;
      const all = inputs.map((input) => (input.dtype === 'float32' ? values[next++]! : input));
      const terms = asList(fn(...all)).map((output) => {
        const weights = tf.add(tf.mul(tf.reshape(tf.range(0, output.size, 1), output.shape), 0.1), 0.5);
        return tf.sum(tf.mul(output, weights));
      });
      return terms.reduce((a, b) => tf.add(a, b)) as tf.Scalar;
    };
    return [...outputs, ...tf.grads(loss)(floatInputs)];
  };
}

async function readAll(tensors: tf.Tensor[]): Promise<Result[]> {
  return Promise.all(
    tensors.map(async (tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: Array.from(await tensor.data<'float32'>(), Number),
    })),
  );
}

function expectClose(actual: Result[], expected: Result[], tolerance: number, how: string): void {
  expect(actual.length, `${how}: number of results`).toBe(expected.length);
  expected.forEach((want, i) => {
    const got = actual[i]!;
    expect([got.shape, got.dtype], `${how}: shape and dtype of result ${i}`).toEqual([
      want.shape,
      want.dtype,
    ]);
    want.values.forEach((value, at) => {
      const other = got.values[at]!;
      const same = Object.is(value, other) || value === other || (Number.isNaN(value) && Number.isNaN(other));
      const close = Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(value));
      if (!same && !close) expect.fail(`${how}: result ${i}, element ${at} is ${other}, not ${value}`);
    });
  });
}

export interface CompareOptions {
  gradients?: boolean;
  tolerance?: number;
  /** An engine that differs here, as its own kernels have it: what TFJS promises is tested on the others. */
  not?: typeof TEST_ENGINE;
}

/** Runs `fn` on TFJS's cpu backend, then here eagerly and jitted, and compares values, dtypes, shapes, gradients. */
export async function expectSameAsCpu(
  samples: readonly Sample[],
  fn: TensorFunction,
  { gradients = false, tolerance = 2e-5 }: CompareOptions = {},
): Promise<void> {
  const tested = await openTested();
  const compute = withGradients(fn, gradients);
  const run = async (execute: (inputs: tf.Tensor[]) => Promise<tf.Tensor[]>): Promise<Result[]> => {
    const inputs = toTensors(samples);
    const outputs = await execute(inputs);
    const results = await readAll(outputs);
    tf.dispose([...inputs, ...outputs]);
    return results;
  };
  await tf.setBackend('cpu');
  const expected = await run(async (inputs) =>
    tf.tidy(() => compute(inputs).map((output) => tf.clone(output))),
  );
  await tf.setBackend(TEST_ENGINE);
  const eager = await run(async (inputs) => tf.tidy(() => compute(inputs).map((output) => tf.clone(output))));
  expectClose(eager, expected, tolerance, 'eager');
  const jitted = tested.jit('case', compute);
  const compiled = await run(jitted);
  jitted.dispose();
  expectClose(compiled, expected, tolerance, 'jit');
}

export type Case = [name: string, samples: Sample[], fn: TensorFunction, options?: CompareOptions];

export const DIFFERENTIABLE: CompareOptions = { gradients: true };

/** One test a case: the same as on TFJS's cpu backend, eagerly and jitted. */
export function check(title: string, cases: Case[]): void {
  describe(title, () => {
    it.each(cases.filter(([, , , options]) => options?.not !== TEST_ENGINE))(
      '%s',
      async (_name, samples, fn, options) => {
        await expectSameAsCpu(samples, fn, options);
      },
    );
  });
}
