/**
 * `node engine-job.ts THREADS SEED`: trains a small network and prints a digest of its weights, in a process or a worker
 * thread of its own. Products, reductions and scatters are large enough for ONNX Runtime to split them among threads.
 */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs-core';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';

const [threads, seed] = process.argv.slice(-2).map(Number) as [number, number];
const engine = await openEngine({ engine: 'onnxruntime', threads });
const tensor = (shape: [number, number], salt: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(seed + salt * 100 + i) / 2),
    shape,
  );

const [rows, width, classes] = [512, 128, 64];
const step = engine.jit('step', ([table, weights, ids]) => {
  const loss = (t: tf.Tensor, w: tf.Tensor): tf.Scalar => {
    const scores = tf.matMul(tf.tanh(tf.gather(t, ids as tf.Tensor1D)), w);
    return tf.neg(tf.mean(tf.max(tf.logSoftmax(scores), -1))) as tf.Scalar;
  };
  const [dTable, dWeights] = tf.grads(loss as (...x: tf.Tensor[]) => tf.Tensor)([table!, weights!]);
  return [tf.sub(table!, dTable!), tf.sub(weights!, dWeights!)];
});
const ids = tf.tensor1d(Int32Array.from({ length: rows }, (_, i) => (i * i) % classes));
const digest = createHash('sha256');
let state = [tensor([classes, width], 1), tensor([width, classes], 2)];
for (let i = 0; i < 20; i++) {
  const next = await step([...state, tf.cast(ids, 'int32')]);
  tf.dispose(state);
  state = next;
  for (const part of state) digest.update(await part.data<'float32'>());
}
process.stdout.write(digest.digest('hex'));
