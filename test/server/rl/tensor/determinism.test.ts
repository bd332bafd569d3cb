import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';

it('adds up repeated rows exactly and alike with two threads', { timeout: 30_000 }, async () => {
  const engine = await openEngine({ engine: 'onnxruntime', threads: 2 });
  const [rows, width, segments] = [16_384, 64, 3];
  const sum = engine.jit('sum', ([x, ids]) => [tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, segments)]);
  const x = tf.tensor(
    Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i)),
    [rows, width],
  );
  const ones = tf.tensor(new Float32Array(rows * width).fill(1), [rows, width]);
  const ids = tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => i % segments),
    'int32',
  );
  const counts = await (await sum([ones, ids]))[0]!.data();
  expect(new Set(counts)).toEqual(new Set([5462, 5461]));
  const first = await (await sum([x, ids]))[0]!.data();
  for (let i = 0; i < 10; i++) expect(await (await sum([x, ids]))[0]!.data()).toEqual(first);
});
