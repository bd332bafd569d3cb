/**
 * Whether the engine leaks: thousands of training steps, jitted or eager (a TFJS optimizer whose results nobody reads). After
 * each tenth of them, garbage collected: tensors, data buffers, compiled graphs and resident memory.
 *
 *   node test/bench/leak.ts [--steps 10000] [--engine onnxruntime]
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { EngineName } from '../../server/rl/tensor/engine.ts';
import { openEngine } from '../../server/rl/tensor/select-engine.ts';
import { collectGarbage } from './engine/garbage.ts';

const { values: flags } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    engine: { type: 'string', default: 'onnxruntime' },
  },
});
const steps = Number(flags.steps);
const engine = await openEngine({ engine: flags.engine as EngineName, threads: 1 });

const [rows, inputs, outputs] = [16, 256, 64]; // 64 KB of weights: one lost a step would show
const waves = (shape: [number, number], phase: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i + phase)),
    shape,
  );
const [x, y] = [waves([rows, inputs], 0), waves([rows, outputs], 1)];
const loss = (weights: tf.Tensor): tf.Scalar =>
  tf.mean(tf.square(tf.sub(tf.tanh(tf.matMul(x, weights as tf.Tensor2D)), y))) as tf.Scalar;

/** Runs a step again and again and prints what it holds; returns the growth of resident memory in its second half, MB. */
async function watch(name: string, step: () => void | Promise<void>): Promise<number> {
  process.stdout.write(`\n${name}: step, tensors, buffers, graphs, resident MB\n`);
  const resident: number[] = [];
  for (let i = 1; i <= steps; i++) {
    await step();
    if (i % Math.ceil(steps / 10) !== 0) continue;
    collectGarbage();
    resident.push(process.memoryUsage.rss() / 2 ** 20);
    const { numTensors, numDataBuffers } = tf.memory();
    const counts = [
      i,
      numTensors,
      numDataBuffers,
      engine.report().compiledGraphs,
      resident.at(-1)!.toFixed(0),
    ];
    process.stdout.write(`${counts.join('\t')}\n`);
  }
  return resident.at(-1)! - resident[Math.floor(resident.length / 2)]!;
}

const jitted = engine.jit('step', ([weights]) => [tf.sub(weights!, tf.grad(loss)(weights!))]);
let weights: tf.Tensor = waves([inputs, outputs], 2);
const jittedGrowth = await watch('jitted', async () => {
  const [next] = await jitted([weights]);
  weights.dispose();
  weights = next!;
});

const variable = tf.variable(waves([inputs, outputs], 2));
const optimizer = tf.train.adam(0.01);
const eagerGrowth = await watch('eager, Adam', () => {
  optimizer.minimize(() => loss(variable));
});
process.stdout.write(
  `\nresident memory grew in the second half by ${jittedGrowth.toFixed(1)} MB jitted, ${eagerGrowth.toFixed(1)} MB eager\n`,
);
