/**
 * Speed of the tensor engines on the nano policy: one training step (forward, backward, AdamW in one compiled graph) and
 * one decoding step with a KV cache of fixed shape. Everything is measured in one run, engines taking turns.
 *
 *   node test/bench/engine.ts [--threads 1] [--spin] [--steps 20] [--batch 64] [--profile PREFIX] [--no-cpu]
 *
 * Reported: tokens/s by the median wall time, and by CPU time, which other programs on the machine disturb less.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine, Jitted } from '../../server/rl/tensor/engine.ts';
import { openEngine } from '../../server/rl/tensor/engine.ts';
import * as ops from '../../server/rl/tensor/ops.ts';
import { openOrtEngine } from '../../server/rl/tensor/ort-engine.ts';

const { values: flags } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    steps: { type: 'string', default: '20' },
    batch: { type: 'string', default: '64' },
    spin: { type: 'boolean', default: false },
    profile: { type: 'string' },
    'no-cpu': { type: 'boolean', default: false },
  },
});

const SIZES = {
  width: 64,
  layers: 2,
  heads: 4,
  feedForward: 168,
  vocabulary: 256,
  positions: 64,
  epsilon: 1e-6,
};
const HEAD_SIZE = SIZES.width / SIZES.heads;
const SCALE = 1 / Math.sqrt(HEAD_SIZE);
const LAYER_WEIGHTS = 9;
const MASKED = -1e9;

/** The parts of the model that `ops.ts` offers in a fused form. */
interface Pieces {
  rmsNorm: (x: tf.Tensor, weight: tf.Tensor) => tf.Tensor;
  swiGlu: (gate: tf.Tensor, up: tf.Tensor) => tf.Tensor;
  rotary: (x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor) => tf.Tensor;
  attention: (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, mask: tf.Tensor) => tf.Tensor;
  crossEntropy: (logits: tf.Tensor, targets: tf.Tensor) => tf.Tensor;
}

const FUSED: Pieces = {
  rmsNorm: (x, weight) => ops.rmsNorm(x, weight, SIZES.epsilon),
  swiGlu: ops.swiGlu,
  rotary: ops.rotary,
  attention: (q, k, v, mask) => ops.attention(q, k, v, mask, SCALE),
  crossEntropy: (logits, targets) => tf.neg(tf.mean(ops.pickColumns(ops.logSoftmax(logits), targets))),
};

const PLAIN: Pieces = {
  rmsNorm: (x, weight) =>
    tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), SIZES.epsilon))), weight),
  swiGlu: (gate, up) => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up),
  rotary: (x, cos, sin) => {
    const [first, second] = tf.split(x, 2, 3) as [tf.Tensor, tf.Tensor];
    return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(second), first], 3), sin));
  },
  attention: (q, k, v, mask) =>
    tf.matMul(tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), SCALE), mask)), v),
  crossEntropy: (logits, targets) => {
    const picked = tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(targets, SIZES.vocabulary)), -1);
    return tf.neg(tf.mean(picked));
  },
};

function noise(count: number, scale: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return scale * (state / 2 ** 31 - 1);
  });
}

/** Embedding, then per layer wq wk wv wo gate up down norm1 norm2, then the last norm. */
function initialWeights(): tf.Tensor[] {
  const { width, feedForward, vocabulary, layers } = SIZES;
  let seed = 1;
  const matrix = (rows: number, columns: number): tf.Tensor =>
    tf.tensor(noise(rows * columns, 0.09, seed++), [rows, columns]);
  const ones = (): tf.Tensor => tf.tensor(new Float32Array(width).fill(1), [width]);
  const layer = (): tf.Tensor[] => [
    ...Array.from({ length: 4 }, () => matrix(width, width)),
    matrix(width, feedForward),
    matrix(width, feedForward),
    matrix(feedForward, width),
    ones(),
    ones(),
  ];
  return [matrix(vocabulary, width), ...Array.from({ length: layers }, layer).flat(), ones()];
}

/** `[1, 1, positions, size]` each. */
function rotaryTables(): [tf.Tensor, tf.Tensor] {
  const { positions } = SIZES;
  const angles = Float32Array.from({ length: positions * HEAD_SIZE }, (_, i) => {
    const position = Math.floor(i / HEAD_SIZE);
    return position * 10_000 ** (-(2 * (i % (HEAD_SIZE / 2))) / HEAD_SIZE);
  });
  const table = (fn: (angle: number) => number): tf.Tensor =>
    tf.tensor(angles.map(fn), [1, 1, positions, HEAD_SIZE]);
  return [table(Math.cos), table(Math.sin)];
}

function feedForward(pieces: Pieces, x: tf.Tensor, layer: tf.Tensor[]): tf.Tensor {
  const normed = pieces.rmsNorm(x, layer[8]!);
  const gated = pieces.swiGlu(tf.matMul(normed, layer[4]!), tf.matMul(normed, layer[5]!));
  return tf.add(x, tf.matMul(gated, layer[6]!));
}

function layerOf(weights: tf.Tensor[], index: number): tf.Tensor[] {
  return weights.slice(1 + index * LAYER_WEIGHTS, 1 + (index + 1) * LAYER_WEIGHTS);
}

/** Logits `[rows · positions, vocabulary]` of ids `[rows, positions]`. */
function forward(pieces: Pieces, weights: tf.Tensor[], ids: tf.Tensor): tf.Tensor {
  const { width, layers, heads } = SIZES;
  const [rows, positions] = ids.shape as [number, number];
  const [cos, sin] = rotaryTables();
  const mask = tf.tensor(
    Float32Array.from({ length: positions ** 2 }, (_, i) =>
      i % positions > Math.floor(i / positions) ? MASKED : 0,
    ),
    [1, 1, positions, positions],
  );
  const split = (z: tf.Tensor): tf.Tensor =>
    tf.transpose(tf.reshape(z, [rows, positions, heads, HEAD_SIZE]), [0, 2, 1, 3]);
  let x = tf.gather(weights[0]!, tf.reshape(ids, [rows * positions]) as tf.Tensor1D);
  for (let index = 0; index < layers; index++) {
    const layer = layerOf(weights, index);
    const normed = pieces.rmsNorm(x, layer[7]!);
    const [q, k, v] = [0, 1, 2].map((i) => split(tf.matMul(normed, layer[i]!))) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const mixed = pieces.attention(pieces.rotary(q, cos, sin), pieces.rotary(k, cos, sin), v, mask);
    const joined = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * positions, width]);
    x = feedForward(pieces, tf.add(x, tf.matMul(joined, layer[3]!)), layer);
  }
  return tf.matMul(pieces.rmsNorm(x, weights.at(-1)!), weights[0]!, false, true);
}

/** One AdamW step with clipping by global norm: weights, moments, ids, targets, step → loss, weights, moments. */
function trainingStep(pieces: Pieces, count: number) {
  return (inputs: tf.Tensor[]): tf.Tensor[] => {
    const [weights, first, second] = [0, 1, 2].map((i) => inputs.slice(i * count, (i + 1) * count));
    const [ids, targets, step] = inputs.slice(3 * count) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const loss = (...live: tf.Tensor[]): tf.Tensor =>
      pieces.crossEntropy(forward(pieces, live, ids), tf.reshape(targets, [-1]));
    const { value, grads } = tf.valueAndGrads(loss)(weights!);
    const norm = tf.sqrt(tf.addN(grads.map((gradient) => tf.sum(tf.square(gradient)))));
    const clip = tf.minimum(1, tf.div(1, norm));
    const [beta1, beta2, learningRate] = [0.9, 0.999, 1e-3];
    const correct = (beta: number): tf.Tensor => tf.sub(1, tf.pow(tf.scalar(beta), step));
    const results: [tf.Tensor[], tf.Tensor[], tf.Tensor[]] = [[], [], []];
    grads.forEach((raw, i) => {
      const gradient = tf.mul(raw, clip);
      const m = tf.add(tf.mul(first![i]!, beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(second![i]!, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const move = tf.div(tf.div(m, correct(beta1)), tf.add(tf.sqrt(tf.div(v, correct(beta2))), 1e-8));
      results[0].push(tf.sub(tf.mul(weights![i]!, 1 - learningRate * 0.01), tf.mul(move, learningRate)));
      results[1].push(m);
      results[2].push(v);
    });
    return [value, ...results.flat()];
  };
}

/** One token a row: weights, ids `[rows]`, position (scalar), caches `[rows, heads, positions, size]` → logits, caches. */
function decodingStep(pieces: Pieces, count: number) {
  return (inputs: tf.Tensor[]): tf.Tensor[] => {
    const { width, layers, heads, positions } = SIZES;
    const weights = inputs.slice(0, count);
    const [ids, position, ...caches] = inputs.slice(count) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    const rows = ids.shape[0]!;
    const [cos, sin] = rotaryTables().map((table) =>
      tf.reshape(tf.gather(tf.reshape(table, [positions, HEAD_SIZE]), position), [1, 1, 1, HEAD_SIZE]),
    ) as [tf.Tensor, tf.Tensor];
    const unseen = tf.greaterEqual(tf.range(0, positions, 1, 'int32'), position);
    const mask = tf.reshape(tf.mul(tf.cast(unseen, 'float32'), MASKED), [1, 1, 1, positions]);
    // Where this token's key and value go: [row, head, position] for every row and head.
    const lanes = tf.range(0, rows * heads, 1, 'int32');
    const places = tf.stack(
      [
        tf.floorDiv(lanes, tf.scalar(heads, 'int32')),
        tf.mod(lanes, tf.scalar(heads, 'int32')),
        tf.add(tf.zerosLike(lanes), position),
      ],
      1,
    );
    const store = (cache: tf.Tensor, now: tf.Tensor): tf.Tensor =>
      tf.tensorScatterUpdate(cache, places, tf.reshape(now, [rows * heads, HEAD_SIZE]));
    const updated: tf.Tensor[] = [];
    let x = tf.gather(weights[0]!, ids as tf.Tensor1D);
    for (let index = 0; index < layers; index++) {
      const layer = layerOf(weights, index);
      const normed = pieces.rmsNorm(x, layer[7]!);
      const [q, k, v] = [0, 1, 2].map((i) =>
        tf.reshape(tf.matMul(normed, layer[i]!), [rows, heads, 1, HEAD_SIZE]),
      ) as [tf.Tensor, tf.Tensor, tf.Tensor];
      const now = { key: pieces.rotary(k, cos, sin), value: v, mask: null };
      const past = { key: caches[2 * index]!, value: caches[2 * index + 1]!, mask };
      const mixed = ops.attendOver(pieces.rotary(q, cos, sin), [past, now], SCALE);
      updated.push(store(past.key, now.key), store(past.value, now.value));
      x = feedForward(pieces, tf.add(x, tf.matMul(tf.reshape(mixed, [rows, width]), layer[3]!)), layer);
    }
    return [tf.matMul(pieces.rmsNorm(x, weights.at(-1)!), weights[0]!, false, true), ...updated];
  };
}

interface Timing {
  label: string;
  tokens: number;
  wallMs: number[];
  cpuMs: number[];
  firstMs: number;
  compileMs: number;
  traceMs: number;
  check: string;
}

interface Job {
  timing: Timing;
  engine: Engine;
  backend: string;
  run(): Promise<string>;
}

async function measure(jobs: Job[], steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    for (const { timing, engine, backend, run } of jobs) {
      await tf.setBackend(backend);
      const [before, cpuBefore, startedAt] = [engine.report(), process.cpuUsage(), performance.now()];
      timing.check = await run();
      const wallMs = performance.now() - startedAt;
      const { user, system } = process.cpuUsage(cpuBefore);
      const after = engine.report();
      timing.compileMs += after.compileMs - before.compileMs;
      timing.traceMs += after.traceMs - before.traceMs;
      if (step === 0) timing.firstMs = wallMs;
      else timing.wallMs.push(wallMs);
      if (step > 0) timing.cpuMs.push((user + system) / 1000);
    }
  }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function print(timings: Timing[]): void {
  const reference = timings[0]!;
  const perToken = ({ cpuMs, tokens }: Timing): number => median(cpuMs) / tokens;
  for (const timing of timings) {
    const rate = (ms: number): string => Math.round((timing.tokens / ms) * 1000).toLocaleString('en');
    const best = Math.min(...timing.cpuMs);
    console.log(
      [
        timing.label.padEnd(34),
        `${rate(median(timing.wallMs)).padStart(8)} tokens/s`,
        `${rate(median(timing.cpuMs)).padStart(8)} by CPU time (best ${rate(best)})`,
        `${(perToken(timing) / perToken(reference)).toFixed(2).padStart(7)}x the first's cost`,
        `first ${timing.firstMs.toFixed(0)} ms (trace ${timing.traceMs.toFixed(0)}, compile ${timing.compileMs.toFixed(0)})`,
        timing.check,
      ].join('  '),
    );
  }
}

function newTiming(label: string, tokens: number): Timing {
  return { label, tokens, wallMs: [], cpuMs: [], firstMs: 0, compileMs: 0, traceMs: 0, check: '' };
}

const opened: Jitted[] = [];

async function trainingJob(
  label: string,
  engine: Engine,
  backend: string,
  pieces: Pieces,
  rows: number,
): Promise<Job> {
  await tf.setBackend(backend);
  let weights = initialWeights();
  const count = weights.length;
  let moments = [...weights, ...weights].map(({ shape, size }) => tf.tensor(new Float32Array(size), shape));
  const size = rows * SIZES.positions;
  const tokens = Int32Array.from({ length: size }, (_, i) => (i * 7919) % 251);
  const ids = tf.tensor(tokens, [rows, SIZES.positions], 'int32');
  const targets = tf.tensor(
    tokens.map((id) => (id * 3 + 1) % SIZES.vocabulary),
    [rows, SIZES.positions],
    'int32',
  );
  const train = engine.jit(label, trainingStep(pieces, count));
  opened.push(train);
  let step = 0;
  const run = async (): Promise<string> => {
    const at = tf.scalar(++step);
    const [loss, ...next] = (await train([...weights, ...moments, ids, targets, at])) as [
      tf.Tensor,
      ...tf.Tensor[],
    ];
    const value = (await loss.data())[0]!;
    tf.dispose([...weights, ...moments, at, loss]);
    weights = next.slice(0, count);
    moments = next.slice(count);
    return `loss ${value.toFixed(4)} after ${step}`;
  };
  return { timing: newTiming(`train ${label}`, size), engine, backend, run };
}

async function decodingJob(
  label: string,
  engine: Engine,
  backend: string,
  pieces: Pieces,
  rows: number,
): Promise<Job> {
  await tf.setBackend(backend);
  const weights = initialWeights();
  const shape = [rows, SIZES.heads, SIZES.positions, HEAD_SIZE];
  const size = shape.reduce((a, b) => a * b, 1);
  let caches = Array.from({ length: 2 * SIZES.layers }, () => tf.tensor(new Float32Array(size), shape));
  const first = weights.length + 2;
  const decode = engine.jit(label, decodingStep(pieces, weights.length), {
    donate: caches.map((_, i) => first + i),
  });
  opened.push(decode);
  let step = 0;
  const run = async (): Promise<string> => {
    const ids = tf.tensor1d(new Int32Array(rows).fill(step % 250), 'int32');
    const position = tf.scalar(step++ % SIZES.positions, 'int32');
    const [logits, ...next] = (await decode([...weights, ids, position, ...caches])) as [
      tf.Tensor,
      ...tf.Tensor[],
    ];
    const value = (await logits.data())[0]!;
    tf.dispose([ids, position, logits]);
    caches = next;
    return `logit ${value.toFixed(4)} at ${step}`;
  };
  return { timing: newTiming(`decode ${label}`, rows), engine, backend, run };
}

async function main(): Promise<void> {
  const [threads, steps, rows] = [Number(flags.threads), Number(flags.steps), Number(flags.batch)];
  const cpu = flags['no-cpu'] ? null : await openEngine({ engine: 'cpu', threads: 1 });
  const ort = await openOrtEngine({
    threads,
    reason: 'benchmark',
    allowSpinning: flags.spin,
    profilePrefix: flags.profile,
  });
  const ORT = 'onnxruntime';
  const training = [
    await trainingJob('onnxruntime', ort, ORT, FUSED, rows),
    await trainingJob('onnxruntime, plain TFJS', ort, ORT, PLAIN, rows),
  ];
  const decoding = [
    await decodingJob('onnxruntime', ort, ORT, FUSED, rows),
    await decodingJob('onnxruntime, plain TFJS', ort, ORT, PLAIN, rows),
  ];
  console.log(
    `nano: d=${SIZES.width} L=${SIZES.layers} heads=${SIZES.heads} SwiGLU=${SIZES.feedForward} V=${SIZES.vocabulary} ` +
      `T=${SIZES.positions} B=${rows}; ${threads} thread(s), spinning ${flags.spin ? 'on' : 'off'}`,
  );
  await measure(training, steps);
  await measure(decoding, 10 * steps);
  if (cpu !== null) {
    // Minutes at full size: fewer rows, compared a token.
    const slowTraining = await trainingJob('tfjs-backend-cpu (B=2)', cpu, 'cpu', PLAIN, 2);
    const slowDecoding = await decodingJob('tfjs-backend-cpu (B=8)', cpu, 'cpu', PLAIN, 8);
    await measure([slowTraining, slowDecoding], 4);
    training.push(slowTraining);
    decoding.push(slowDecoding);
  }
  print(training.map(({ timing }) => timing));
  print(decoding.map(({ timing }) => timing));
  for (const jitted of opened) jitted.dispose(); // writes the profiles
  const { numTensors } = tf.memory();
  console.log(`${numTensors} tensors, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB RSS`);
}

await main();
