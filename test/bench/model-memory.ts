/**
 * The memory of training a language model by the launch form's formula (server/api/language-memory.ts), on TensorFlow: the table of
 * docs/engine.md, for models of Qwen2.5's sizes. With --measure: what a training step of random weights takes at most, in a process of
 * its own on one thread, beside the formula.
 *
 *   npm run bench -- model-memory [--measure 135M,0.5B] [--engine onnxruntime] [--tuning lora,full] [--turns 6,12,25]
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { memoryParts } from '../../server/api/language-memory.ts';
import type { EngineName } from '../../server/rl/tensor/engine.ts';
import { type BenchSize, SIZES } from './engine/sizes.ts';
import { benchModel, memoryConfig, memoryTable } from './model-memory/table.ts';

const { values: flags } = parseArgs({
  options: {
    measure: { type: 'string' },
    engine: { type: 'string', default: 'onnxruntime' },
    tuning: { type: 'string', default: 'lora,full' },
    turns: { type: 'string', default: '6,12,25' },
  },
});
const engine = flags.engine as EngineName;
/** Tokens of a turn in a dialogue, as the formula counts them. */
const TOKENS_A_TURN = 40;

if (flags.measure === undefined) console.log(memoryTable());
else {
  const sizes = flags.measure.split(',') as BenchSize['name'][];
  const unknown = sizes.filter((size) => !(size in SIZES));
  if (unknown.length > 0) throw new Error(`--measure: ${unknown} is none of ${Object.keys(SIZES)}`);
  for (const size of sizes)
    for (const tuning of flags.tuning.split(',') as ('lora' | 'full')[])
      for (const turns of flags.turns.split(',').map(Number)) compare(size, tuning, turns);
}

function compare(size: BenchSize['name'], tuning: 'lora' | 'full', turns: number): void {
  const config = memoryConfig({ tuning, stepLimit: turns });
  const { weights, added, gradients, moments, activations } = memoryParts(config, benchModel(size), engine);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(import.meta.dirname, 'model-memory/step.ts'),
      ...[size, tuning, String(turns * TOKENS_A_TURN), String(config.adapterRank), engine],
    ],
    { encoding: 'utf8' },
  );
  if (stdout === '') throw new Error(`the step of ${size} ended without a result: ${stderr}`);
  const { base, peak } = JSON.parse(stdout) as { base: number; peak: number };
  const computed = base + weights + added + gradients + moments + activations;
  console.log(
    `${size}, ${tuning}, rows of ${turns * TOKENS_A_TURN} tokens on ${engine}: computed ${(computed / 1e9).toFixed(2)} GB, measured ${(peak / 1e9).toFixed(2)}: ${(computed / peak).toFixed(2)}x`,
  );
}
