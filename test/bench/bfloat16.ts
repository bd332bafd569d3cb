/**
 * `npm run bench -- bfloat16`: what matrix products in bfloat16 change of a language model on engine tensorflow, against float32 on the
 * same engine: distributions of the next token along a text, and the gradient of the text's mean cross entropy by all weights.
 *
 *   --model NAME|FOLDER   in the models folder (HIPER_MODELS), or anywhere (default HuggingFaceTB/SmolLM2-135M-Instruct)
 *   --text FILE           (default docs/dialogue.md)
 *   --tokens N            of it (default 256)
 *   --jit graph|xla       (default graph)
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { modelPath } from '../../server/rl/model/folder/model-path.ts';
import { modelsFolder } from '../../server/rl/model/folder/models-folder.ts';
import { loadPretrained } from '../../server/rl/model/pretrained.ts';
import { CONFIG_FILE } from '../../server/rl/model/pretrained-config.ts';
import { TextTokenizer } from '../../server/rl/model/text-tokenizer.ts';
import { forward, logits } from '../../server/rl/model/transformer.ts';
import { logSoftmax, pickColumns } from '../../server/rl/tensor/ops.ts';
import { openTensorflowEngine } from '../../server/rl/tensor/tensorflow/engine.ts';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'HuggingFaceTB/SmolLM2-135M-Instruct' },
    text: { type: 'string', default: join(import.meta.dirname, '../../docs/dialogue.md') },
    tokens: { type: 'string', default: '256' },
    jit: { type: 'string', default: 'graph' },
  },
});
if (flags.jit !== 'graph' && flags.jit !== 'xla') throw new Error(`--jit: graph or xla, not ${flags.jit}`);
const jit = flags.jit;
const isFolder = existsSync(join(flags.model, CONFIG_FILE));
const folder = isFolder ? flags.model : modelPath(modelsFolder(process.env), flags.model);
const ids = new TextTokenizer(folder)
  .encode(readFileSync(flags.text, 'utf8'))
  .slice(0, Number(flags.tokens) + 1);
const positions = ids.length - 1;

const exact = await compute('float32');
const rounded = await compute('bfloat16');
report();

/** Log-probabilities `[positions, vocabulary]`, the loss, and its gradient by weight. */
async function compute(products: 'float32' | 'bfloat16') {
  const settings = { jit, math: 'deterministic', products } as const;
  const engine = await openTensorflowEngine({ threads: 1, settings, reason: () => 'benchmark' });
  const policy = loadPretrained(engine, folder);
  const text = tf.tensor(Int32Array.from(ids.slice(0, positions)), [1, positions], 'int32');
  const next = tf.tensor(Int32Array.from(ids.slice(1)), [positions], 'int32');
  const scores = (weights: readonly tf.Tensor[]): tf.Tensor => {
    const named = policy.named(weights);
    return logSoftmax(logits(named, policy.shape, forward(named, policy.shape, text)));
  };
  const all = engine.jit('distributions', (weights) => [scores(weights)]);
  const slope = engine.jit('gradient', (weights) => {
    const loss = (...live: tf.Tensor[]) => tf.neg(tf.mean(pickColumns(scores(live), next))) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss)(weights);
    return [value, ...grads];
  });
  const [distributions] = (await all([...policy.weights])) as [tf.Tensor];
  const startedAt = process.cpuUsage();
  const [loss, ...gradient] = (await slope([...policy.weights])) as [tf.Tensor, ...tf.Tensor[]];
  const { user, system } = process.cpuUsage(startedAt);
  const result = {
    vocabulary: policy.shape.vocabulary,
    distributions: (await distributions.data()) as Float32Array,
    loss: (await loss.data())[0] as number,
    gradient: (await Promise.all(gradient.map((part) => part.data()))) as Float32Array[],
    cpuSeconds: (user + system) / 1e6,
  };
  tf.dispose([distributions, loss, ...gradient, text, next]);
  policy.dispose();
  return result;
}

function report(): void {
  const { vocabulary } = exact;
  let [kl, largest, same] = [0, 0, 0];
  for (let at = 0; at < positions; at++) {
    const [p, q] = [exact, rounded].map(({ distributions }) =>
      distributions.subarray(at * vocabulary, (at + 1) * vocabulary),
    ) as [Float32Array, Float32Array];
    let own = 0;
    for (let id = 0; id < vocabulary; id++) own += Math.exp(p[id]!) * (p[id]! - q[id]!);
    kl += own / positions;
    largest = Math.max(largest, own);
    if (likeliest(p) === likeliest(q)) same++;
  }
  let [difference, norm, other, product] = [0, 0, 0, 0];
  for (const [i, part] of exact.gradient.entries())
    for (const [j, value] of part.entries()) {
      const changed = rounded.gradient[i]![j]!;
      difference += (changed - value) ** 2;
      norm += value ** 2;
      other += changed ** 2;
      product += changed * value;
    }
  console.log(
    [
      `${flags.model}, ${positions} tokens of ${flags.text}, ${jit}: bfloat16 against float32`,
      `KL of the next token: mean ${kl.toExponential(2)} nats, largest ${largest.toExponential(2)}; the likeliest is the same at ${same} of ${positions}`,
      `loss: ${exact.loss.toFixed(5)} and ${rounded.loss.toFixed(5)}`,
      `gradient by all weights: error ${Math.sqrt(difference / norm).toExponential(2)} of its norm, cosine ${(product / Math.sqrt(norm * other)).toFixed(6)}`,
      `first gradient, compiling included: ${exact.cpuSeconds.toFixed(0)} and ${rounded.cpuSeconds.toFixed(0)} CPU-seconds`,
    ].join('\n'),
  );
}

function likeliest(row: Float32Array): number {
  let best = 0;
  for (let id = 1; id < row.length; id++) if (row[id]! > row[best]!) best = id;
  return best;
}
