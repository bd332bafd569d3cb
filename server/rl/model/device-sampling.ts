import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Jitted } from '../tensor/engine.ts';
import type { FreeDraw } from './sampling.ts';

/** How a token is drawn for each row, and what decides it: `uniforms` in [0, 1), one a row. */
export interface Drawing {
  uniforms: ArrayLike<number>;
  /** 0 takes the likeliest token. */
  temperature: number;
  topP: number;
}

/** Tokens that are summed before one of them is looked for: sums of sums keep more digits than one long sum. */
const BLOCK = 256;
/** So many of the likeliest tokens are sorted for top-p. A nucleus that has more is left to the host. */
const CANDIDATES = 1024;
/** The largest number below 1. */
const BELOW_ONE = 1 - 2 ** -24;
/** Numbers of a packed draw: id, log-probability, entropy, tokens in the nucleus (0: all), whether it was drawn. Behind them the likeliest ids. */
const NUMBERS = 5;

type Way = 'likeliest' | 'whole' | 'nucleus';

/**
 * `sampleAll` as a compiled function, so that logits stay where they were computed: the same token for the same uniform number, in the
 * order of ids, but from sums in 32 bits, where that draws in 64. Rows that it cannot draw for are said to be so: those with a logit that
 * is not finite, and those whose nucleus has more than 1,024 tokens.
 */
export class DeviceSampler {
  readonly #runs: Record<Way, Jitted>;

  constructor(engine: Engine) {
    const compile = (way: Way): Jitted =>
      engine.jit(`draw ${way}`, (inputs) => [
        drawRows(way, ...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor])),
      ]);
    this.#runs = {
      likeliest: compile('likeliest'),
      whole: compile('whole'),
      nucleus: compile('nucleus'),
    };
  }

  /** Draws of `logits [n, vocabulary]`, packed: `[n, packedWidth]`. */
  async draw(logits: tf.Tensor, { uniforms, temperature, topP }: Drawing): Promise<Float32Array> {
    const fed = [
      tf.tensor(Float32Array.from(uniforms), [uniforms.length, 1]),
      tf.scalar(temperature),
      tf.scalar(topP),
    ];
    const [packed] = (await this.#runs[wayOf(temperature, topP)]([logits, ...fed])) as [tf.Tensor];
    const values = (await packed.data()) as Float32Array;
    tf.dispose([packed, ...fed]);
    return values;
  }

  dispose(): void {
    for (const run of Object.values(this.#runs)) run.dispose();
  }
}

function wayOf(temperature: number, topP: number): Way {
  if (temperature === 0) return 'likeliest';
  return topP < 1 ? 'nucleus' : 'whole';
}

/** Numbers that a draw is packed in. */
export function packedWidth({ temperature, topP }: Drawing, vocabulary: number): number {
  return NUMBERS + (wayOf(temperature, topP) === 'nucleus' ? Math.min(CANDIDATES, vocabulary) : 0);
}

/** Whether a packed draw is one; else the host has to draw. */
export function wasDrawn(packed: Float32Array): boolean {
  return packed[NUMBERS - 1] === 1;
}

/** A packed draw; null where the host has to draw. */
export function unpackDraw(packed: Float32Array, vocabulary: number): FreeDraw | null {
  if (!wasDrawn(packed)) return null;
  const [id, logProbability, entropy, size] = packed as unknown as [number, number, number, number];
  const isWhole = size === 0 || size === vocabulary;
  const support =
    size === 1 ? Uint32Array.of(id) : Uint32Array.from(packed.subarray(NUMBERS, NUMBERS + size)).sort();
  return { id, logProbability, entropy, support: isWhole ? null : support };
}

function drawRows(
  way: Way,
  logits: tf.Tensor,
  uniforms: tf.Tensor,
  temperature: tf.Tensor,
  topP: tf.Tensor,
): tf.Tensor {
  const [rows, vocabulary] = logits.shape as [number, number];
  const ids = tf.range(0, vocabulary, 1, 'float32');
  const highest = tf.max(logits, 1, true);
  const broken = tf.sum(tf.cast(tf.logicalNot(tf.isFinite(logits)), 'float32'), 1, true);
  const isSound = tf.equal(broken, 0);
  if (way === 'likeliest') {
    const first = tf.min(tf.where(tf.equal(logits, highest), ids, vocabulary), 1, true);
    const [zeros, ones] = [tf.zeros([rows, 1]), tf.ones([rows, 1])];
    return tf.concat([first, zeros, zeros, ones, tf.cast(isSound, 'float32')], 1);
  }
  const heat = (of: tf.Tensor): tf.Tensor => tf.div(tf.sub(of, highest), temperature);
  const scaled = heat(logits);
  let weights: tf.Tensor = tf.exp(scaled);
  let size: tf.Tensor = tf.zeros([rows, 1]);
  let isDrawn: tf.Tensor = isSound;
  let likeliest: tf.Tensor[] = [];
  if (way === 'nucleus') {
    const count = Math.min(CANDIDATES, vocabulary);
    const { values, indices } = tf.topk(logits, count);
    const goal = tf.mul(tf.sum(weights, 1, true), topP);
    const sorted = tf.exp(heat(values));
    const reached = tf.cumsum(sorted, 1);
    size = tf.sum(tf.cast(tf.less(tf.sub(reached, sorted), goal), 'float32'), 1, true);
    const isLast = tf.equal(tf.range(0, count, 1, 'float32'), tf.sub(size, 1));
    const last = (of: tf.Tensor) => tf.sum(tf.where(isLast, of, 0), 1, true);
    const numbers = tf.cast(indices, 'float32');
    const [end, endId] = [last(values), last(numbers)];
    const isIn = tf.logicalOr(
      tf.greater(logits, end),
      tf.logicalAnd(tf.equal(logits, end), tf.lessEqual(ids, endId)),
    );
    weights = tf.where(isIn, weights, 0);
    const isReached = tf.greaterEqual(tf.max(reached, 1, true), goal);
    isDrawn = count < vocabulary ? tf.logicalAnd(isSound, isReached) : isSound;
    likeliest = [numbers];
  }
  const { id, total } = drawByWeight(weights, uniforms);
  const logTotal = tf.log(total);
  const isChosen = tf.equal(ids, id);
  const logProbability = tf.sub(tf.sum(tf.where(isChosen, scaled, 0), 1, true), logTotal);
  const entropy = tf.sub(logTotal, tf.div(tf.sum(tf.mul(weights, scaled), 1, true), total));
  return tf.concat([id, logProbability, entropy, size, tf.cast(isDrawn, 'float32'), ...likeliest], 1);
}

/** The id at which the sum of `weights [rows, n]` exceeds its share `uniforms [rows, 1]`: `[rows, 1]`; and that sum. */
function drawByWeight(weights: tf.Tensor, uniforms: tf.Tensor): { id: tf.Tensor; total: tf.Tensor } {
  const [rows, count] = weights.shape as [number, number];
  const blocks = Math.ceil(count / BLOCK);
  const padded = tf.pad(weights, [
    [0, 0],
    [0, blocks * BLOCK - count],
  ]);
  const byBlock = tf.reshape(padded, [rows, blocks, BLOCK]);
  const sums = tf.sum(byBlock, 2);
  const reached = tf.cumsum(sums, 1);
  const total = tf.slice(reached, [0, blocks - 1], [rows, 1]);
  const goal = tf.mul(total, tf.minimum(uniforms, BELOW_ONE));
  const block = firstBeyond(sums, reached, goal);
  const isBlock = tf.equal(tf.range(0, blocks, 1, 'float32'), block);
  const before = tf.sum(tf.where(isBlock, tf.sub(reached, sums), 0), 1, true);
  const flat = tf.add(tf.mul(tf.range(0, rows, 1, 'float32'), blocks), tf.reshape(block, [rows]));
  const own = tf.gather(tf.reshape(padded, [rows * blocks, BLOCK]), tf.cast(flat, 'int32') as tf.Tensor1D);
  const token = firstBeyond(own, tf.add(tf.cumsum(own, 1), before), goal);
  return { id: tf.add(tf.mul(block, BLOCK), token), total };
}

/**
 * The first place with a weight where what is `reached` exceeds `goal`; the last with a weight where rounding leaves none: `[rows, 1]`.
 * So no token without a weight is drawn, in whatever order sums are made.
 */
function firstBeyond(weights: tf.Tensor, reached: tf.Tensor, goal: tf.Tensor): tf.Tensor {
  const count = weights.shape[1] as number;
  const places = tf.range(0, count, 1, 'float32');
  const hasWeight = tf.greater(weights, 0);
  const first = tf.min(tf.where(tf.logicalAnd(hasWeight, tf.greater(reached, goal)), places, count), 1, true);
  const last = tf.max(tf.where(hasWeight, places, 0), 1, true);
  return tf.minimum(first, last);
}
