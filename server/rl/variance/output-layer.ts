import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Policy } from '../model/policy.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { hiddenAt, logits } from '../model/transformer.ts';
import { BatchSizes } from '../train/learn/batch-sizes.ts';
import { disposeBatch, groupByLength, packDecisions } from '../train/learn/decision-batch.ts';
import { constrainedLogProbabilities } from '../train/learn/policy-loss.ts';
import type { Decision, DecisionRow } from '../train/play/decision-row.ts';
import type { GradientSource } from './gradients.ts';

/** What a decision's gradient is made of: the hidden state before it, and the probabilities of its support. */
interface Read {
  hidden: Float32Array; // [width]
  probabilities: Float32Array; // [support]
}

/**
 * Gradients of the output layer's weights (of a tied table, through the output only):
 *
 *   grad_W log pi(v) = scale / temperature * (e_v - p) h^T
 *
 * One forward pass of all rows, after which a gradient under any advantages costs next to nothing, where one of all weights
 * costs a forward and backward pass. Of the table, only the rows of ids that some decision was among are kept: the gradient of
 * all others is 0, and a language model has tens of thousands of them.
 */
export async function outputLayer(
  policy: Policy,
  rows: readonly DecisionRow[],
  temperature: number,
  onProgress: (done: number, total: number) => void,
): Promise<GradientSource> {
  const reads = await readDecisions(policy, rows, temperature, onProgress);
  const { width, logitScale } = policy.shape;
  const starts = placesOf(rows, width);
  return {
    async vector(own, episodes) {
      const vector = new Float32Array(starts.size * width);
      const scale = logitScale / temperature / episodes;
      for (const { decisions } of own)
        for (const decision of decisions) {
          const { hidden, probabilities } = reads.get(decision) as Read;
          const support = supportOf(decision);
          for (let i = 0; i < support.length; i++) {
            const hit = support[i] === decision.chosen ? 1 : 0;
            const factor = scale * decision.advantage * (hit - (probabilities[i] as number));
            const start = starts.get(support[i] as number) as number;
            for (let j = 0; j < width; j++)
              vector[start + j] = (vector[start + j] as number) + factor * (hidden[j] as number);
          }
        }
      return vector;
    },
    dispose: () => reads.clear(),
  };
}

/** Where the table's row of each id begins that some decision was among; in the order of the ids. */
function placesOf(rows: readonly DecisionRow[], width: number): Map<number, number> {
  const ids = new Set<number>();
  for (const { decisions } of rows)
    for (const decision of decisions) for (const id of supportOf(decision)) ids.add(id);
  return new Map([...ids].sort((a, b) => a - b).map((id, place) => [id, place * width]));
}

async function readDecisions(
  policy: Policy,
  rows: readonly DecisionRow[],
  temperature: number,
  onProgress: (done: number, total: number) => void,
): Promise<Map<Decision, Read>> {
  const { shape } = policy;
  const { width } = shape;
  const sizes = new BatchSizes(shape);
  const count = policy.parameters.length;
  const read = policy.engine.jit('output-layer', (inputs) => {
    const weights = policy.named(inputs);
    const [ids, index, columns, support, heat] = inputs.slice(count) as [tf.Tensor, ...tf.Tensor[]];
    const hidden = hiddenAt(weights, shape, ids, index as tf.Tensor);
    const scores = logits(weights, shape, hidden, columns);
    const scored = constrainedLogProbabilities(scores, support as tf.Tensor, heat as tf.Tensor);
    return [hidden, tf.exp(scored)];
  });
  const heat = tf.scalar(temperature);
  const reads = new Map<Decision, Read>();
  let done = 0;
  for (const group of groupByLength(rows, sizes)) {
    const batch = packDecisions(group, sizes);
    const { ids, index, columns, support } = batch.tensors;
    const outputs = await read([...policy.weights, ids, index, columns, support, heat]);
    const [hidden, probabilities] = (await Promise.all(outputs.map((output) => output.data()))) as [
      Float32Array,
      Float32Array,
    ];
    let at = 0;
    for (const { decisions } of group)
      for (const decision of decisions) {
        const own = at++;
        reads.set(decision, {
          hidden: hidden.slice(own * width, (own + 1) * width),
          probabilities: Float32Array.from(
            supportOf(decision),
            (id) => probabilities[own * batch.width + batch.columnOf(id)] as number,
          ),
        });
      }
    tf.dispose(outputs);
    disposeBatch(batch);
    done += group.length;
    onProgress(done, rows.length);
  }
  heat.dispose();
  read.dispose();
  return reads;
}

/** Ids that a decision was among. Throws AppError `bad-input` for free text, which is among all of them. */
function supportOf({ support }: Decision): TokenIds {
  if (!support)
    throw new AppError(
      'bad-input',
      'free text decides among the whole vocabulary: its gradient can be measured of all weights only (npm run variance -- --weights all)',
    );
  return support;
}
