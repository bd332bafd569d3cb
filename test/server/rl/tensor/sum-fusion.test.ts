import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { planGraph, Value } from '../../../../server/rl/tensor/graph.ts';
import { matMul } from '../../../../server/rl/tensor/kernels/matmul.ts';
import { node } from '../../../../server/rl/tensor/recorder.ts';
import { fuseSums } from '../../../../server/rl/tensor/sum-fusion.ts';
import { expectSameAsCpu, floats, openTested } from './compare-backends.ts';

const argument = (...shape: number[]): Value => new Value('float32', shape);
const add = (a: Value, b: Value): Value => node('Add', [a, b], a.shape, 'float32');
const fused = (...outputs: Value[]): string[] =>
  fuseSums(planGraph(outputs), outputs).nodes.map(({ op }) => op);

describe('a sum with a matrix product', () => {
  const product = () => matMul(argument(3, 5), argument(4, 5), false, true);

  it('is one node, whichever side the product is on', () => {
    expect(fused(add(product(), argument(4)))).toEqual(['Gemm']);
    expect(fused(add(argument(3, 4), product()))).toEqual(['Gemm']);
  });

  it('of several products is one node a product', () => {
    expect(fused(add(add(product(), product()), product())).toSorted()).toEqual([
      'FusedMatMul',
      'Gemm',
      'Gemm',
    ]);
  });

  it('stays a sum where the product is needed by itself', () => {
    const shared = product();
    expect(fused(add(shared, argument(4)), node('Exp', [shared], shared.shape, 'float32'))).toContain('Add');
    expect(fused(shared, add(shared, argument(4)))).toContain('Add');
  });

  it('stays a sum where the product is spread, or is not of two matrices', () => {
    expect(fused(add(argument(2, 3, 4), product()))).toContain('Add');
    expect(fused(add(matMul(argument(2, 3, 5), argument(2, 5, 4), false, false), argument(4)))).toContain(
      'Add',
    );
  });

  it.each([[[4]], [[1, 4]], [[3, 1]], [[3, 4]], [[1]], [[]]])('has the same value: %j', async (shape) => {
    await openTested();
    await expectSameAsCpu(
      [floats([5, 3]), floats([4, 5], -1, 1, 2), floats(shape, -1, 1, 3)],
      (a, b, c) => tf.add(tf.matMul(a!, b!, true, true), c!),
      { gradients: true },
    );
  });
});
