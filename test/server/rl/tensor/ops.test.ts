import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { causalAttention } from '../../../../server/rl/tensor/causal-attention.ts';
import * as ops from '../../../../server/rl/tensor/ops.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';
import { TEST_ENGINE } from '../test-engine.ts';
import { exactly, expectSameAsCpu, floats, openTested } from './compare-backends.ts';

beforeAll(openTested);

const GRADIENTS = { gradients: true };
/** Positions of a row whose attention weights are computed again for the gradient. */
const LONG = 520;
const EPSILON = 1e-6;

/** Expects two formulas to have the same values and gradients on TFJS's cpu backend. */
async function expectSameFunction(
  inputs: tf.Tensor[],
  fused: (...x: tf.Tensor[]) => tf.Tensor,
  plain: (...x: tf.Tensor[]) => tf.Tensor,
): Promise<void> {
  await openEngine({ engine: 'cpu', threads: 1 });
  const weigh = (y: tf.Tensor): tf.Tensor => tf.sum(tf.mul(y, tf.reshape(tf.range(1, y.size + 1), y.shape)));
  const results = [fused, plain].map((fn) => [fn(...inputs), ...tf.grads((...x) => weigh(fn(...x)))(inputs)]);
  results[0]!.forEach((tensor, i) => {
    const want = results[1]![i]!;
    expect(tensor.shape).toEqual(want.shape);
    expect(tf.max(tf.abs(tf.sub(tensor, want))).dataSync()[0]).toBeLessThan(1e-3);
  });
  await tf.setBackend(TEST_ENGINE);
}

function tensor(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(floats(shape, -1, 1, seed).values, shape);
}

function rotaryTables(): [tf.Tensor, tf.Tensor] {
  const angles = tf.tile(tensor([1, 3, 2], 5), [1, 1, 2]);
  return [tf.cos(angles), tf.sin(angles)];
}

/** Queries of three heads a key and value head; a cache of five places; the token's own key and value. */
const CACHED = [3, 5, 5, 1, 1].map((count, seed) => floats([2, 2, count, 4], -1, 1, seed + 1));
const seen = (): tf.Tensor => tf.tensor([1, 1, 1, 0, 0], [1, 1, 1, 5], 'bool');

/** Which of three tokens each of them sees, for three heads. */
const triangle = (): tf.Tensor =>
  tf.tensor(
    [1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1],
    [1, 1, 9, 3],
    'bool',
  );

describe('fused kernels agree with TFJS on cpu', () => {
  it('rmsNorm', () =>
    expectSameAsCpu([floats([5, 7]), floats([7])], (x, w) => ops.rmsNorm(x!, w!, EPSILON), GRADIENTS));
  it('rmsNorm of rank 3', () =>
    expectSameAsCpu([floats([2, 3, 7]), floats([7])], (x, w) => ops.rmsNorm(x!, w!, EPSILON), GRADIENTS));
  it('swiGlu', () =>
    expectSameAsCpu([floats([3, 5]), floats([3, 5], -1, 1, 2)], (g, u) => ops.swiGlu(g!, u!), GRADIENTS));
  it('silu', () => expectSameAsCpu([floats([3, 5], -6, 6)], (x) => ops.silu(x!), GRADIENTS));
  it('rotary', () =>
    expectSameAsCpu([floats([2, 3, 12])], (x) => ops.rotary(x!, ...rotaryTables()), GRADIENTS));
  it('rotary with tables per row', () =>
    expectSameAsCpu(
      [floats([3, 1, 8])],
      (x) =>
        ops.rotary(
          x!,
          ...(rotaryTables().map((table) => tf.transpose(table, [1, 0, 2])) as [tf.Tensor, tf.Tensor]),
        ),
      GRADIENTS,
    ));
  it.each([1, 4, 8, 24])('causalAttention with heads of %i', (size) =>
    expectSameAsCpu(
      [4, 2, 2].map((heads, seed) => floats([2, 5, heads * size], -1, 1, seed + 1)),
      (q, k, v) => causalAttention(q!, k!, v!, size),
      GRADIENTS,
    ),
  );
  it('causalAttention of one position', () =>
    expectSameAsCpu(
      [1, 2, 3].map((seed) => floats([3, 1, 16], -1, 1, seed)),
      (q, k, v) => causalAttention(q!, k!, v!, 8),
      GRADIENTS,
    ));
  it('causalAttention of one row in two blocks, its weights kept', () =>
    expectSameAsCpu(
      [4, 2, 2].map((heads, seed) => floats([1, 261, heads * 8], -1, 1, seed + 1)),
      (q, k, v) => causalAttention(q!, k!, v!, 8),
      { ...GRADIENTS, tolerance: 1e-4 },
    ));
  it('causalAttention of so many positions that its weights are not kept', () =>
    expectSameAsCpu(
      [4, 2, 2].map((heads, seed) => floats([1, LONG, heads * 8], -1, 1, seed + 1)),
      (q, k, v) => causalAttention(q!, k!, v!, 8),
      { ...GRADIENTS, tolerance: 1e-4 }, // sums of hundreds
    ));
  it('attendToCache', () =>
    expectSameAsCpu(CACHED, (q, k, v, key, value) =>
      ops.attendToCache(q!, { key: k!, value: v! }, seen(), { key: key!, value: value! }),
    ));
  it('attendToCacheAndOwn', () =>
    expectSameAsCpu(
      [floats([2, 6, 3, 4]), ...[5, 5, 3, 3].map((count, seed) => floats([2, 2, count, 4], -1, 1, seed + 2))],
      (q, k, v, key, value) =>
        ops.attendToCacheAndOwn(
          q!,
          { key: k!, value: v! },
          seen(),
          { key: key!, value: value! },
          triangle(),
          key!,
        ),
    ));
  it.each([3, 17])('attendBehindCache, %i tokens', (n) =>
    expectSameAsCpu(
      [
        floats([3, n, 4 * 8]),
        ...[1, 2].map((seed) => floats([3, n, 2 * 8], -1, 1, seed)),
        ...[3, 4].map((seed) => floats([3, 2, 40, 8], -1, 1, seed)),
        exactly([0, 7, 23], [3], 'int32'),
      ],
      (q, key, value, k, v, lengths) =>
        ops.attendBehindCache(q!, { key: key!, value: value! }, { key: k!, value: v! }, lengths!),
    ),
  );
  it('logSoftmax', () => expectSameAsCpu([floats([3, 5], -8, 8)], (x) => ops.logSoftmax(x!), GRADIENTS));
  it('pickColumns', () =>
    expectSameAsCpu(
      [floats([4, 5]), exactly([3, 0, 0, 4], [4], 'int32')],
      (x, i) => ops.pickColumns(x!, i!),
      GRADIENTS,
    ));
});

describe('hand-written gradients agree with autodiff of the plain formula', () => {
  it('rmsNorm', () =>
    expectSameFunction(
      [tensor([4, 6], 1), tensor([6], 2)],
      (x, w) => ops.rmsNorm(x!, w!, EPSILON),
      (x, w) => tf.mul(tf.mul(x!, tf.rsqrt(tf.add(tf.mean(tf.square(x!), -1, true), EPSILON))), w!),
    ));
  it('swiGlu', () =>
    expectSameFunction(
      [tensor([4, 6], 1), tensor([4, 6], 2)],
      (g, u) => ops.swiGlu(g!, u!),
      (g, u) => tf.mul(tf.mul(g!, tf.sigmoid(g!)), u!),
    ));
  it('silu', () =>
    expectSameFunction(
      [tensor([9], 1)],
      (x) => ops.silu(x!),
      (x) => tf.mul(x!, tf.sigmoid(x!)),
    ));
  it('rotary', () => {
    const [cos, sin] = rotaryTables();
    const plain = (x: tf.Tensor): tf.Tensor => {
      const heads = tf.reshape(x, [2, 3, 2, 4]);
      const [first, second] = tf.split(heads, 2, 3) as [tf.Tensor, tf.Tensor];
      const turned = tf.concat([tf.neg(second), first], 3);
      const table = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [1, 3, 1, 4]);
      return tf.reshape(tf.add(tf.mul(heads, table(cos)), tf.mul(turned, table(sin))), x.shape);
    };
    return expectSameFunction(
      [tensor([2, 3, 8], 1)],
      (x) => ops.rotary(x!, cos, sin),
      (x) => plain(x!),
    );
  });
  it('causalAttention', () => {
    const size = 4;
    const mask = tf.tensor([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [3, 3]);
    return expectSameFunction(
      [tensor([2, 3, 16], 1), tensor([2, 3, 8], 2), tensor([2, 3, 8], 3)],
      (q, k, v) => causalAttention(q!, k!, v!, size),
      (q, k, v) => {
        // Two heads of queries to each of keys and values.
        const [key, value] = [k!, v!].map((x) => {
          const split = tf.reshape(ops.splitHeads(x, size), [2, 2, 1, 3, size]);
          return tf.reshape(tf.tile(split, [1, 1, 2, 1, 1]), [2, 4, 3, size]);
        });
        const scores = tf.mul(tf.matMul(ops.splitHeads(q!, size), key!, false, true), 0.5);
        return ops.joinHeads(tf.matMul(tf.softmax(tf.add(scores, mask)), value!));
      },
    );
  });
});

it('causalAttention of a long row has, at its beginning, the gradient of a short one', () => {
  const attend = (inputs: tf.Tensor[], positions: number) => {
    const [q, k, v] = inputs.map((x) => tf.slice(x, [0, 0, 0], [1, positions, x.shape[2]!]));
    return tf.slice(causalAttention(q!, k!, v!, 8), [0, 0, 0], [1, 7, 32]);
  };
  return expectSameFunction(
    [tensor([1, LONG, 32], 1), tensor([1, LONG, 16], 2), tensor([1, LONG, 16], 3)],
    (...inputs) => attend(inputs, LONG),
    (...inputs) => attend(inputs, 7),
  );
});

describe('attention to a cache', () => {
  it('is attention to what counts of it, and to the token itself, whatever lies at the other places', async () => {
    await openEngine({ engine: 'cpu', threads: 1 });
    const [q, k, v, key, value] = CACHED.map(({ values, shape }) => tf.tensor(values, shape));
    const huge = tf.tensor([0, 0, 0, 900, -900], [1, 1, 5, 1]); // where nothing counts
    const cache = { key: tf.add(k!, huge), value: tf.add(v!, huge) };
    const mixed = ops.attendToCache(q!, cache, seen(), { key: key!, value: value! });
    const three = (x: tf.Tensor): tf.Tensor => tf.slice(x, [0, 0, 0, 0], [2, 2, 3, 4]);
    const all = tf.concat([three(k!), key!], 2);
    const weights = tf.softmax(tf.mul(tf.matMul(q!, all, false, true), 0.5));
    const plain = tf.matMul(weights, tf.concat([three(v!), value!], 2));
    expect(tf.max(tf.abs(tf.sub(mixed, plain))).dataSync()[0]).toBeLessThan(1e-6);
    await tf.setBackend(TEST_ENGINE);
  });

  it('of several tokens is that of one after the other', async () => {
    await openEngine({ engine: 'cpu', threads: 1 });
    const [, k, v] = CACHED.map(({ values, shape }) => tf.tensor(values, shape));
    const query = tensor([2, 6, 3, 4], 7);
    const [key, value] = [tensor([2, 2, 3, 4], 8), tensor([2, 2, 3, 4], 9)] as [tf.Tensor, tf.Tensor];
    const cache = { key: k!, value: v! };
    const mixed = ops.attendToCacheAndOwn(query, cache, seen(), { key, value }, triangle(), key);
    for (let i = 0; i < 3; i++) {
      const at = (x: tf.Tensor, from: number, count: number): tf.Tensor =>
        tf.slice(x, [0, 0, from, 0], [2, x.shape[1]!, count, 4]);
      const longer = {
        key: tf.concat([k!, at(key, 0, i)], 2),
        value: tf.concat([v!, at(value, 0, i)], 2),
      };
      const seenLonger = tf.concat([seen(), tf.ones([1, 1, 1, i], 'bool')], 3);
      const own = { key: at(key, i, 1), value: at(value, i, 1) };
      const grouped = tf.reshape(at(query, i, 1), [2, 2, 3, 4]);
      const one = tf.reshape(ops.attendToCache(grouped, longer, seenLonger, own), [2, 1, 24]);
      const several = tf.slice(mixed, [0, i, 0], [2, 1, 24]);
      expect(tf.max(tf.abs(tf.sub(one, several))).dataSync()[0]).toBeLessThan(1e-6);
    }
    await tf.setBackend(TEST_ENGINE);
  });
});
