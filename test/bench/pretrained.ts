/**
 * `npm run bench -- pretrained`: memory and speed of a model of the sizes of Qwen2.5-0.5B with random bfloat16 weights, one
 * thread: opening its folder, greedy decoding, one LoRA step. Needs 1 GB of disk for the time of the run and 3 GB of memory.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../../server/rl/model/generate.ts';
import { loadPretrained } from '../../server/rl/model/pretrained.ts';
import { CONFIG_FILE, readPretrainedShape } from '../../server/rl/model/pretrained-config.ts';
import { SafetensorsWriter } from '../../server/rl/model/safetensors.ts';
import { countParameters, initialValues, policyParameters } from '../../server/rl/model/shape.ts';
import { WEIGHTS_FILE } from '../../server/rl/model/weight-files.ts';
import { Random } from '../../server/rl/random.ts';
import { openEngine } from '../../server/rl/tensor/engine.ts';
import { AdamW } from '../../server/rl/train/optimizer.ts';
import { PolicyGradient } from '../../server/rl/train/policy-update.ts';

const CONFIG = {
  model_type: 'qwen2',
  vocab_size: 151936,
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  rope_theta: 1e6,
  tie_word_embeddings: true,
};
const PROMPT_TOKENS = 30;
const NEW_TOKENS = 16;
const STEP_TOKENS = 64;

const folder = process.argv[2] ?? makeFolder();
if (process.argv[2]) await measure();
else {
  // Another process: making the folder must not count.
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'pretrained', folder], {
    stdio: 'inherit',
  });
  rmSync(folder, { recursive: true });
}

function makeFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pretrained-'));
  writeFileSync(join(made, CONFIG_FILE), JSON.stringify(CONFIG));
  const parameters = policyParameters(readPretrainedShape(made));
  const plan = parameters.map(({ name, shape }) => ({ name, shape, type: 'BF16' as const }));
  const writer = new SafetensorsWriter(join(made, WEIGHTS_FILE), plan, { format: 'pt' });
  const random = new Random(1);
  for (const parameter of parameters) writer.append(initialValues(parameter, random));
  writer.finish();
  return made;
}

async function measure(): Promise<void> {
  const engine = await openEngine({ engine: 'onnxruntime', threads: 1 });
  const shape = { rank: 8, alpha: 16, targets: ['q_proj', 'v_proj'] as const };
  const policy = await timed('open', async () =>
    loadPretrained(engine, folder, { shape, random: new Random(2) }),
  );
  process.stdout.write(
    `weights as float32: ${((4 * countParameters(policy.parameters)) / 1e9).toFixed(2)} GB\n`,
  );
  const prompt = Uint32Array.from({ length: PROMPT_TOKENS }, (_, i) => 1000 + 37 * i);
  const options = { maxTokens: NEW_TOKENS, temperature: 0, topP: 1, endIds: [], random: new Random(3) };
  const decode = () => generate(policy, [prompt], options);
  await timed(`decode ${NEW_TOKENS} tokens, compiling`, decode);
  await timed(`decode ${NEW_TOKENS} tokens`, decode);
  const learner = new PolicyGradient(engine, policy, { kind: 'clone' });
  const trained = policy.trainedOf(policy.parameters).map((parameter) => parameter.shape);
  const optimizer = new AdamW(engine, trained, {
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0,
    gradientClip: 1,
  });
  const tokens = Uint32Array.from({ length: STEP_TOKENS }, (_, i) => (7919 * i) % CONFIG.vocab_size);
  const decisions = Array.from({ length: STEP_TOKENS / 2 }, (_, i) => {
    const position = STEP_TOKENS / 2 + i;
    const chosen = tokens[position] ?? 0;
    return { position, chosen, support: null, oldLogProbability: 0, advantage: 0, level: 2 };
  });
  const step = () => learner.step([{ tokens, decisions }], optimizer, 1e-4, 1);
  await timed(`LoRA step on ${STEP_TOKENS} tokens, compiling`, step);
  await timed(`LoRA step on ${STEP_TOKENS} tokens`, step);
}

/** Prints how long it took and the most memory the process has had so far. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const peak = (process.resourceUsage().maxRSS / 1e6).toFixed(2);
  process.stdout.write(`${what.padEnd(36)} ${seconds.padStart(6)} s   peak memory ${peak} GB\n`);
  return result;
}
