/**
 * Started by `npm run gpu:install`, and by hand: a product, and a gradient traced into one function, by TensorFlow; says where it
 * computed. Exits with 1 where a result is wrong, or where there is a GPU that TensorFlow did not take.
 */
import * as tf from '@tensorflow/tfjs-core';
import { findGpu } from '../rl/tensor/tensorflow/device.ts';
import { openTensorflowEngine } from '../rl/tensor/tensorflow/engine.ts';
import { tensorflowSettings } from '../rl/tensor/tensorflow/settings.ts';

let isOnGpu = false;
const engine = await openTensorflowEngine({
  threads: 1,
  settings: tensorflowSettings(process.env),
  reason: (found) => {
    isOnGpu = found;
    return 'self-test';
  },
});

const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]]));
await expectValues('a product', product, [11]);

const slope = engine.jit('self-test', ([x]) => [
  tf.grad((at: tf.Tensor) => tf.sum(tf.mul(tf.square(at), at)))(x!),
]);
const [cubes] = await slope([tf.tensor1d([1, 2, 3])]);
await expectValues('a gradient in one function', cubes as tf.Tensor, [3, 12, 27]);

const { version } = engine.report();
process.stdout.write(`TensorFlow ${version} computes on the ${isOnGpu ? 'GPU' : 'CPU'}.\n`);
if (!isOnGpu && findGpu() !== null) {
  process.stderr.write(
    'There is a GPU, but TensorFlow did not take it. What it looked for: ' +
      'TF_CPP_MIN_LOG_LEVEL=0 TF_CPP_MAX_VLOG_LEVEL=1 node server/gpu/self-test.ts 2>&1 | grep -E "dso_loader|Cannot dlopen|cuInit"\n',
  );
  process.exitCode = 1;
}

async function expectValues(what: string, tensor: tf.Tensor, want: number[]): Promise<void> {
  const got = [...(await tensor.data())];
  if (got.some((value, i) => Math.abs(value - want[i]!) > 1e-5 * want[i]!))
    throw new Error(`${what} is ${got.join(', ')}, not ${want.join(', ')}`);
}
