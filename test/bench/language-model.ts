/**
 * `npm run bench -- language-model`: speed, peak memory and agreement of this engine and PyTorch (transformers, sdpa, float32 and
 * bfloat16) with a real language model, taking turns in one run: prefill, decoding, a turn of a dialogue, a step of LoRA.
 *
 *   --model NAME|FOLDER   in the models folder (HIPER_MODELS), or anywhere (default HuggingFaceTB/SmolLM2-135M-Instruct)
 *   --torch PYTHON        a Python with torch and transformers; without it this engine is alone
 *   --weights int8        this engine holds the weights of blocks in 8 bits (default float32)
 *   --tuned               PyTorch gets a cache and attention that transformers does not have (language_model_torch.py)
 *   --threads N           of everybody (default 1)
 *   --only LIST           of prefill, decode, turn, lora
 *   --rounds N            (default 6, the first not counted)
 *
 * Every task runs in processes of its own, one for each who takes part. With HIPER_PROFILE=PREFIX ONNX Runtime's profiler writes a file a graph.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../server/contract/error.ts';
import { modelPath } from '../../server/rl/model/folder/model-path.ts';
import { modelsFolder } from '../../server/rl/model/folder/models-folder.ts';
import { CONFIG_FILE, readPretrainedShape } from '../../server/rl/model/pretrained-config.ts';
import { compete } from './engine/contest.ts';
import { Participant } from './language-model/participant.ts';
import { LEGEND, outcomeDifference, tableHead, tableLine } from './language-model/table.ts';
import { type BenchTask, benchTasks, GROUPS, type Group } from './language-model/tasks.ts';

const { values: flags } = parseArgs({
  options: {
    model: { type: 'string', default: 'HuggingFaceTB/SmolLM2-135M-Instruct' },
    torch: { type: 'string' },
    weights: { type: 'string', default: 'float32' },
    tuned: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    only: { type: 'string', default: GROUPS.join(',') },
    rounds: { type: 'string', default: '6' },
  },
});
/** float32 on both sides differs by rounding alone; logits of weights and activations in 8 bits are other ones. */
const LARGEST_DIFFERENCE = { float32: 1e-3, int8: 0.3 };

try {
  await main();
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const [threads, rounds] = [wholeNumber('threads', 1), wholeNumber('rounds', 2)];
  const isFolder = existsSync(join(flags.model, CONFIG_FILE));
  const model = isFolder ? flags.model : modelPath(modelsFolder(process.env), flags.model);
  console.log(
    `${flags.model}, ${flags.weights}, ${threads} thread(s), ${rounds - 1} rounds\n${LEGEND}\n\n${tableHead()}`,
  );
  for (const task of benchTasks(readPretrainedShape(model), chosenGroups()))
    await compare(task, model, threads, rounds);
}

async function compare(task: BenchTask, model: string, threads: number, rounds: number): Promise<void> {
  const adapter = mkdtempSync(join(tmpdir(), 'bench-adapter-'));
  const weights = chosenWeights();
  const setup = { model, threads, task, adapter, weights, dtype: 'float32' as const, tuned: flags.tuned };
  const own = await Participant.open(setup, rounds);
  const everyone: [Participant, ...Participant[]] = [own];
  try {
    if (flags.torch)
      for (const dtype of ['float32', 'bfloat16'] as const)
        everyone.push(await Participant.open({ ...setup, dtype }, rounds, flags.torch));
    await compete(everyone);
  } finally {
    await Promise.all(everyone.map((participant) => participant.close()));
    rmSync(adapter, { recursive: true });
  }
  console.log(tableLine(task.title, everyone));
  const compiled = own.results.slice(1).reduce((sum, result) => sum + result.compiled, 0);
  if (compiled > 0) console.error(`${task.title}: ${compiled} graphs were compiled in the measured part`);
  const [, exact] = everyone;
  if (!exact || outcomeDifference(own, exact) < LARGEST_DIFFERENCE[weights]) return;
  console.error(`${task.title}: this engine and PyTorch float32 do not compute the same`);
  process.exitCode = 1;
}

function chosenGroups(): Group[] {
  const chosen = flags.only.split(',');
  const stranger = chosen.find((name) => !GROUPS.some((group) => group === name));
  if (stranger !== undefined)
    throw new AppError('bad-input', `--only: one or more of ${GROUPS.join(',')}, not ${stranger}`);
  return GROUPS.filter((group) => chosen.includes(group));
}

function chosenWeights(): 'float32' | 'int8' {
  if (flags.weights === 'float32' || flags.weights === 'int8') return flags.weights;
  throw new AppError('bad-input', `--weights: float32 or int8, not ${flags.weights}`);
}

function wholeNumber(flag: 'threads' | 'rounds', least: number): number {
  const value = Number(flags[flag]);
  if (Number.isInteger(value) && value >= least) return value;
  throw new AppError('bad-input', `--${flag}: a whole number of at least ${least}, not ${flags[flag]}`);
}
