/** `attention-job.ts prefill|score`: prints how far the process's peak memory grows over one long batch, in MB. */
import * as tf from '@tensorflow/tfjs-core';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import { nanoShape } from '../../../../server/rl/model/shape.ts';
import { hiddenAt } from '../../../../server/rl/model/transformer.ts';
import { Random } from '../../../../server/rl/random.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';

const [rows, positions] = [4, 512];
const sizes = { layers: 8, width: 128, heads: 16, keyValueHeads: 4, feedForward: 128 };
const engine = await openEngine({ engine: 'onnxruntime', threads: 1 });
const policy = new Policy(engine, { ...nanoShape(presetConfig('tiny'), 256), ...sizes });
policy.initialize(new Random(1));
const score = engine.jit('score', (inputs) => {
  const [ids, places] = inputs.slice(-2) as [tf.Tensor, tf.Tensor];
  return [hiddenAt(policy.named(inputs), policy.shape, ids, places)];
});

/** One batch of rows of `length` tokens. */
async function pass(length: number): Promise<void> {
  const ids = new Int32Array(rows * length);
  if (process.argv[2] === 'prefill') {
    const conversation = policy.converse(rows, length + 16);
    await conversation.feed(Array(rows).fill(new Uint16Array(length)), null);
    conversation.dispose();
  } else {
    const inputs = [tf.tensor(ids, [rows, length], 'int32'), tf.tensor1d([1, 2, 3], 'int32')];
    await (await score([...policy.weights, ...inputs]))[0]?.data();
  }
}

await pass(16);
const peak = () => process.resourceUsage().maxRSS / 1024;
const before = peak();
await pass(positions);
const weightsMegabytes = (sizes.layers * rows * sizes.heads * positions ** 2 * 4) / 2 ** 20;
process.stdout.write(JSON.stringify({ grownMegabytes: peak() - before, weightsMegabytes }));
