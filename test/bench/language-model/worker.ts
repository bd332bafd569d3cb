/** This engine at one task, in a process of its own: a set-up as the first line, then an answer for every line. Started by participant.ts only. */
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import type { Policy } from '../../../server/rl/model/policy.ts';
import { loadPretrained } from '../../../server/rl/model/pretrained.ts';
import { LINEAR_NAMES } from '../../../server/rl/model/shape.ts';
import { Random } from '../../../server/rl/random.ts';
import { ORT_BACKEND_NAME } from '../../../server/rl/tensor/ort-backend.ts';
import { openOrtEngine } from '../../../server/rl/tensor/ort-engine.ts';
import { AdamW } from '../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../server/rl/train/learn/policy-update.ts';
import { saveAdapter } from '../../server/rl/model/save-adapter.ts';
import { collectGarbage } from '../engine/garbage.ts';
import type { Answer, Setup } from './setup.ts';
import type { BenchTask, LoraTask, TalkTask } from './tasks.ts';

/** AdamW as PyTorch's side sets it. */
const OPTIMIZER = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, gradientClip: 1 };

/** Prepares a round; what it returns is measured and returns the numbers to compare. */
type Rounds = () => Promise<() => Promise<number[]>>;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { model, threads, task, adapter, weights } = JSON.parse((await lines.next()).value as string) as Setup;
const profilePrefix = process.env.HIPER_PROFILE;
const tuning = { quantized: weights === 'int8' };
const engine = await openOrtEngine({ threads, reason: 'benchmark', profilePrefix });
const rounds = task.work.kind === 'talk' ? talk(task, task.work) : await lora(task.work);
console.log('ready');
for await (const _ of lines) console.log(JSON.stringify(await measure()));
tf.removeBackend(ORT_BACKEND_NAME); // writes the profiles

async function measure(): Promise<Answer> {
  const round = await rounds();
  // What was prepared would otherwise be collected beside what is measured.
  collectGarbage();
  const { compiledGraphs } = engine.report();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const outcome = await round();
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  const compiled = engine.report().compiledGraphs - compiledGraphs;
  const peakBytes = 1024 * process.resourceUsage().maxRSS;
  return { wallMs, cpuMs: (user + system) / 1000, peakBytes, outcome, compiled };
}

function talk({ watched }: BenchTask, { prompts, promptOf, calls, columns }: TalkTask): Rounds {
  const policy = loadPretrained(engine, model, undefined, tuning);
  const { vocabulary } = policy.shape;
  const narrow = columns && Uint32Array.from(columns);
  const fed = calls.map((rows) => rows.map((tokens) => Uint32Array.from(tokens)));
  const room = Math.max(
    ...promptOf.map((prompt, row) => {
      const said = prompts[prompt]?.length ?? 0;
      return calls.reduce((sum, rows) => sum + (rows[row]?.length ?? 0), said);
    }),
  );
  let last: { dispose(): void } | null = null;
  return async () => {
    last?.dispose();
    const conversation = policy.converse(prompts.length || promptOf.length, room);
    last = conversation;
    if (prompts.length > 0) {
      await conversation.feed(
        prompts.map((tokens) => Uint32Array.from(tokens)),
        narrow,
      );
      await conversation.keep(promptOf);
    }
    return async () => {
      let logits: Float32Array = new Float32Array(0);
      for (const news of fed) ({ logits } = await conversation.feed(news, narrow));
      if (columns) return [...logits];
      return promptOf.flatMap((_, row) => watched.map((id) => logits[row * vocabulary + id] as number));
    };
  };
}

async function lora({
  rows,
  positions,
  chosen,
  columns,
  rank,
  alpha,
  learningRate,
}: LoraTask): Promise<Rounds> {
  const shape = { rank, alpha, targets: LINEAR_NAMES };
  const policy: Policy = loadPretrained(engine, model, { shape, random: new Random(2) }, tuning);
  await saveAdapter(policy, adapter, model);
  const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
  const shapes = policy.trained.shapes;
  const optimizer = new AdamW(engine, shapes, OPTIMIZER);
  const support = columns && Uint32Array.from(columns);
  const batch = rows.map((tokens, row) => ({
    tokens: Uint32Array.from(tokens),
    decisions: (positions[row] as number[]).map((position, i) => ({
      ...{ position, chosen: chosen[row]?.[i] as number, support },
      ...{ oldLogProbability: 0, advantage: 0, level: 2 },
    })),
  }));
  return async () => async () => {
    const { statistics, decisions, norm } = await learner.step(batch, optimizer, learningRate, 1);
    return [statistics.loss / decisions, norm];
  };
}
