import * as tf from '@tensorflow/tfjs-core';
import type { Conversation } from '../../../server/rl/model/conversation.ts';
import { Policy } from '../../../server/rl/model/policy.ts';
import type { TokenIds } from '../../../server/rl/model/token-ids.ts';
import { forward, logits } from '../../../server/rl/model/transformer.ts';
import type { Engine } from '../../../server/rl/tensor/engine.ts';
import { logSoftmax, pickColumns } from '../../../server/rl/tensor/ops.ts';
import { AdamW } from '../../../server/rl/train/learn/optimizer.ts';
import { GradientSum } from '../../../server/rl/train/team/gradient-sum.ts';
import { ALONE, ownShare } from '../../../server/rl/train/team/team.ts';
import { collectGarbage } from './garbage.ts';
import { type BenchSize, benchIds, benchWeight, columns } from './sizes.ts';

/** Something to measure again and again. */
export interface Job {
  /** What one run works through: tokens, or 10⁹ operations for the matrix product. */
  amount: number;
  /** Not measured. */
  prepare?(): Promise<void>;
  /** Returns a number that every engine must agree on. */
  run(): Promise<number>;
  /** Whether what it computes, computed twice from the same numbers, has the same bits. */
  isRepeatable?(): Promise<boolean>;
}

/** AdamW as both sides set it; the rate is tiny, so that the losses of many steps can be compared. */
export const OPTIMIZER = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, gradientClip: 1 };
export const LEARNING_RATE = 1e-4;

function newPolicy(engine: Engine, { shape }: BenchSize): Policy {
  const policy = new Policy(engine, shape);
  policy.replaceWeights(
    policy.parameters.map((parameter, index) => tf.tensor(benchWeight(parameter, index), parameter.shape)),
  );
  return policy;
}

/** One training step, of which each member of a team does its share: next-token loss of every token and its gradient in micro-batches, clipping, AdamW. */
export function trainingJob(engine: Engine, size: BenchSize, rows: number, team = ALONE): Job {
  const { shape, positions } = size;
  const microRows = Math.min(size.microRows, rows);
  const policy = newPolicy(engine, size);
  const shapes = policy.parameters.map((parameter) => parameter.shape);
  const count = shapes.length;
  const optimizer = new AdamW(engine, shapes, OPTIMIZER);
  const accumulate = engine.jit('bench-gradient', (inputs) => {
    const [weights, sums] = [inputs.slice(0, count), inputs.slice(count, 2 * count)];
    const [ids, targets] = inputs.slice(2 * count) as [tf.Tensor, tf.Tensor];
    const loss = (...live: tf.Tensor[]): tf.Tensor => {
      const named = policy.named(live);
      const hidden = forward(named, shape, ids);
      const picked = pickColumns(logSoftmax(logits(named, shape, hidden)), targets);
      return tf.mul(tf.sum(picked), -1 / (rows * positions));
    };
    const { value, grads } = tf.valueAndGrads(loss)(weights);
    return [value, ...grads.map((gradient, i) => tf.add(gradient, sums[i] as tf.Tensor))];
  });
  const sum = new GradientSum(engine, team);
  const zeros = shapes.map((sizes) => tf.zeros(sizes));
  const all = benchIds(size, rows);
  const batches = Array.from({ length: rows / microRows }, (_, i) => {
    const part = all.subarray(i * microRows * (positions + 1), (i + 1) * microRows * (positions + 1));
    return [
      tf.tensor(columns(part, positions + 1, 0, positions), [microRows, positions], 'int32'),
      tf.tensor(columns(part, positions + 1, 1, positions), [microRows * positions], 'int32'),
    ];
  });
  const run = async (): Promise<number> => {
    let sums = zeros;
    let loss = 0;
    for (const batch of ownShare(team, batches)) {
      const [value, ...next] = (await accumulate([...policy.weights, ...sums, ...batch])) as [
        tf.Tensor,
        ...tf.Tensor[],
      ];
      loss += (await value.data())[0] as number;
      value.dispose();
      if (sums !== zeros) tf.dispose(sums);
      sums = next;
    }
    const { gradients, parts } = await sum.addUp(sums, loss);
    const { weights } = await optimizer.step(policy.weights, gradients, LEARNING_RATE);
    if (weights) policy.replaceWeights(weights);
    return parts.reduce((total, part) => total + part, 0);
  };
  const isRepeatable = async (): Promise<boolean> => {
    const gradients = () => accumulate([...policy.weights, ...zeros, ...(batches[0] as tf.Tensor[])]);
    const [once, again] = [await gradients(), await gradients()];
    // Compared where they are: reading the gradients of a large model would take longer than making them.
    const largest = tf.tidy(() =>
      tf.max(tf.stack(once.map((tensor, i) => tf.max(tf.abs(tf.sub(tensor, again[i] as tf.Tensor)))))),
    );
    const [difference] = await largest.data();
    tf.dispose([...once, ...again, largest]);
    return difference === 0;
  };
  return { amount: rows * positions, run, isRepeatable };
}

/**
 * Batched decoding with a KV cache: the last tokens of every row, one by one, behind a prompt that is not measured. Each
 * member of a team has its share of the rows.
 */
export function decodingJob(engine: Engine, size: BenchSize, rows: number, team = ALONE): Job {
  const { positions, responses } = size;
  const policy = newPolicy(engine, size);
  const own = rows / team.size;
  const first = team.rank * own * (positions + 1);
  const all = benchIds(size, rows).subarray(first, first + own * (positions + 1));
  const prompts = positions - responses;
  const news = (start: number, count: number): TokenIds[] => {
    const ids = Uint32Array.from(columns(all, positions + 1, start, count));
    return Array.from({ length: own }, (_, row) => ids.subarray(row * count, (row + 1) * count));
  };
  const fed = Array.from({ length: responses }, (_, i) => news(prompts + i, 1));
  let conversation: Conversation | null = null;
  const prepare = async (): Promise<void> => {
    conversation?.dispose();
    conversation = policy.converse(own, positions);
    await conversation.feed(news(0, prompts), null);
    // What the prompts left would otherwise be collected beside the few milliseconds that are measured.
    collectGarbage();
  };
  const run = async (): Promise<number> => {
    let logit = 0;
    for (const tokens of fed) logit = (await conversation?.feed(tokens, null))?.logits[0] ?? Number.NaN;
    return logit;
  };
  return { amount: rows * responses, prepare, run };
}

/** A large matrix product, of which one number is read: what the machine can do at most. */
export function matrixProductJob(engine: Engine, size = 1024): Job {
  const a = tf.fill([size, size], 0.5);
  const product = engine.jit('bench-product', ([x]) => [
    tf.reshape(tf.max(tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D)), [1]),
  ]);
  const run = async (): Promise<number> => {
    const [result] = (await product([a])) as [tf.Tensor];
    const value = (await result.data())[0] as number;
    result.dispose();
    return value;
  };
  return { amount: (2 * size ** 3) / 1e9, run };
}
