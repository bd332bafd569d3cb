/**
 * `npm run bench -- engine`: tokens/s of one training step (forward, backward, clipping, AdamW) and of batched decoding with a
 * KV cache, of this engine, of TFJS's own backends and of PyTorch, taking turns in one run with the same model and data.
 *
 *   --size NAME              nano: the policy of the preset quick, B=64 T=48; large: d=128 L=4 B=16 T=256; both (default); 135M:
 *                            SmolLM2's sizes
 *   --engine tensorflow      TensorFlow takes part: traced as one function (the others are compared with it), compiled by XLA, eager
 *   --modes LIST             of graph, xla, eager (default all): a large model does not fit three times
 *   --torch PYTHON           a Python with torch: eager PyTorch takes part
 *   --only train|decode      one of the two, which takes less memory than both
 *   --only-fast              leave tfjs-backend-wasm and tfjs-backend-cpu out
 *   --threads N              of every engine that has threads (default 1); with more than one, a team of N engines of one thread
 *                            takes part, as in training (server/rl/train/team/team.ts), and the others are compared with it
 *   --micro N                rows of one compiled call of a training step
 *   --rounds N               (default 12, the first not counted)
 *   --spin                   let idle threads spin
 *   --profile PREFIX         ONNX Runtime's profiler: one file a graph
 *
 * Ratios are medians over rounds, pair by pair; those of CPU time and of the fastest rounds are disturbed less by other programs. PyTorch's attention may
 * leave out what the causal mask hides; the share of peak counts it.
 */
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../server/rl/tensor/engine.ts';
import { ORT_BACKEND_NAME } from '../../server/rl/tensor/ort-backend.ts';
import { openOrtEngine } from '../../server/rl/tensor/ort-engine.ts';
import { openEngine } from '../../server/rl/tensor/select-engine.ts';
import { TENSORFLOW_BACKEND_NAME } from '../../server/rl/tensor/tensorflow/load.ts';
import { type Contestant, compete, describePeak, local, printTask } from './engine/contest.ts';
import { decodingJob, matrixProductJob, trainingJob } from './engine/jobs.ts';
import { type BenchSize, flopsPerToken, SIZES } from './engine/sizes.ts';
import { teamJob } from './engine/team.ts';
import { openTensorflowModes } from './engine/tensorflow.ts';
import { TorchProcess } from './engine/torch.ts';
import { openWasm } from './engine/wasm.ts';

const { values: flags } = parseArgs({
  options: {
    size: { type: 'string', default: 'both' },
    engine: { type: 'string', default: 'onnxruntime' },
    torch: { type: 'string' },
    only: { type: 'string' },
    modes: { type: 'string' },
    'only-fast': { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    micro: { type: 'string' },
    rounds: { type: 'string', default: '12' },
    spin: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const [threads, rounds] = [Number(flags.threads), Number(flags.rounds)];
if (flags.only !== undefined && flags.only !== 'train' && flags.only !== 'decode')
  throw new Error(`--only: train or decode, not ${flags.only}`);
/** Of the backends that take seconds a step. */
const SLOW_ROUNDS = 3;

interface Slow {
  engine: Engine;
  backend: string;
}

await main();

async function main(): Promise<void> {
  const slow = flags['only-fast'] ? [] : await openSlow();
  const engine = await openOrtEngine({
    threads,
    reason: 'benchmark',
    allowSpinning: flags.spin,
    profilePrefix: flags.profile,
  });
  const modes =
    flags.engine === 'tensorflow' ? await openTensorflowModes(threads, flags.modes?.split(',')) : [];
  for (const size of Object.values(SIZES)) {
    if (flags.size === 'both' ? !['nano', 'large'].includes(size.name) : flags.size !== size.name) continue;
    if (flags.micro) size.microRows = Number(flags.micro);
    await compare(engine, modes, slow, size);
  }
  const { compiledGraphs, compileMs, traceMs } = engine.report();
  const { numTensors } = tf.memory();
  for (const { label, engine: mode } of modes) console.log(`${label}: ${describeCompilation(mode)}`);
  console.log(
    `\n${compiledGraphs} graphs: traced in ${traceMs.toFixed(0)} ms, compiled in ${compileMs.toFixed(0)} ms; ` +
      `${numTensors} tensors, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB RSS`,
  );
  tf.removeBackend(ORT_BACKEND_NAME); // writes the profiles
}

function describeCompilation(engine: Engine): string {
  const { compiledGraphs, compileMs, traceMs } = engine.report();
  return `${compiledGraphs} graphs, traced in ${traceMs.toFixed(0)} ms, compiled in ${compileMs.toFixed(0)} ms`;
}

/** TFJS's own backends as engines. */
async function openSlow(): Promise<Slow[]> {
  const cpu = await openEngine({ engine: 'cpu', threads: 1 });
  return [
    { engine: await openWasm(threads), backend: 'wasm' },
    { engine: cpu, backend: 'cpu' },
  ];
}

async function compare(
  engine: Engine,
  modes: Awaited<ReturnType<typeof openTensorflowModes>>,
  slow: readonly Slow[],
  size: BenchSize,
): Promise<void> {
  const { shape, rows, positions, responses, microRows, slowRows } = size;
  const torch = flags.torch ? new TorchProcess(flags.torch, size, threads) : null;
  const teams: { close(): Promise<void> }[] = [];
  const enter = async (make: typeof trainingJob, task: 'train' | 'decode'): Promise<Contestant[]> => {
    const contestants: Contestant[] = [];
    if ((flags.only ?? task) !== task) return contestants;
    if (modes.length > 0) await tf.setBackend(TENSORFLOW_BACKEND_NAME);
    for (const { label, engine: mode } of modes)
      contestants.push(
        local(`${label} (B=${rows})`, TENSORFLOW_BACKEND_NAME, make(mode, size, rows), rounds),
      );
    await tf.setBackend(ORT_BACKEND_NAME);
    if (threads > 1) {
      const team = teamJob(task, size, threads);
      teams.push(team);
      contestants.push(local(`team of ${threads} engines (B=${rows})`, ORT_BACKEND_NAME, team.job, rounds));
    }
    contestants.push(local(`this engine (B=${rows})`, ORT_BACKEND_NAME, make(engine, size, rows), rounds));
    if (torch) contestants.push(torch.contestant(task, rounds));
    for (const { engine: other, backend } of slow) {
      await tf.setBackend(backend);
      const label = `tfjs-backend-${backend} (B=${slowRows})`;
      contestants.push(local(label, backend, make(other, size, slowRows), SLOW_ROUNDS));
    }
    return contestants;
  };
  const training = await enter(trainingJob, 'train');
  const decoding = await enter(decodingJob, 'decode');
  await tf.setBackend(ORT_BACKEND_NAME);
  const peak = local('peak', ORT_BACKEND_NAME, matrixProductJob(engine), rounds);
  await compete([peak, ...training, ...decoding]);
  torch?.close();
  await Promise.all(teams.map((team) => team.close()));

  const { width, layers, vocabulary } = shape;
  console.log(
    `\n${size.name}: d=${width} L=${layers} V=${vocabulary}, rows of ${positions} tokens, ${responses} of them decoded; ` +
      `micro-batches of ${microRows} rows; ${threads} thread(s)\n${describePeak(peak)}`,
  );
  if (training.length > 0)
    printTask('training step', training, peak, (3 * flopsPerToken(shape, positions)) / 1e9);
  if (decoding.length > 0) printTask('decoding', decoding, peak, flopsPerToken(shape, positions) / 1e9);
}
