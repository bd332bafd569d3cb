/** Started by `npm run bench -- model-memory` for one training step of random weights: prints one line of JSON. */
import * as tf from '@tensorflow/tfjs-core';
import { Policy } from '../../../server/rl/model/policy.ts';
import { LINEAR_NAMES, policyParameters } from '../../../server/rl/model/shape.ts';
import type { EngineName } from '../../../server/rl/tensor/engine.ts';
import { openEngine } from '../../../server/rl/tensor/select-engine.ts';
import { AdamW } from '../../../server/rl/train/learn/optimizer.ts';
import { PolicyGradient } from '../../../server/rl/train/learn/policy-update.ts';
import { collectGarbage } from '../engine/garbage.ts';
import { OPTIMIZER } from '../engine/jobs.ts';
import { type BenchSize, SIZES } from '../engine/sizes.ts';

/** A step of one row: a decision in so many tokens, among so many ids. */
const TOKENS_A_DECISION = 8;
const IDS = 40;

const [size, tuning, tokensText, rankText, engineName] = process.argv.slice(2) as [
  BenchSize['name'],
  'lora' | 'full',
  string,
  string,
  EngineName,
];
const peak = (): number => 1024 * process.resourceUsage().maxRSS;

const engine = await openEngine({ engine: engineName, threads: 1 });
const base = peak();
const adapter = { rank: Number(rankText), alpha: 32, targets: LINEAR_NAMES };
const shape = { ...SIZES[size].shape, ...(tuning === 'lora' && { adapter }) };
const policy = new Policy(engine, shape);
policy.replaceWeights(
  policyParameters(shape).map(({ shape: sizes }) => {
    const values = new Float32Array(sizes.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++) values[i] = 0.02 * Math.sin(i);
    return tf.tensor(values, sizes);
  }),
);
// TensorFlow has copied the values.
collectGarbage();
const length = Number(tokensText);
const tokens = Uint32Array.from({ length }, (_, i) => (7919 * i) % shape.vocabulary);
const support = Uint32Array.from({ length: IDS }, (_, i) => i);
const row = {
  tokens,
  decisions: Array.from({ length: Math.floor(length / TOKENS_A_DECISION) }, (_, i) => ({
    ...{ position: TOKENS_A_DECISION * (i + 1) - 1, chosen: i % IDS, support },
    ...{ oldLogProbability: -3, advantage: 1, level: 2 },
  })),
};
const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
const shapes = policy.trained.shapes;
const optimizer = new AdamW(engine, shapes, OPTIMIZER);
for (let step = 0; step < 2; step++) await learner.step([row, { ...row }], optimizer, 1e-4, 1);
process.stdout.write(`${JSON.stringify({ base, peak: peak() })}\n`);
process.exit(0);
