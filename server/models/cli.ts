import { AppError } from '../contract/error.ts';
import type { ModelInfo } from '../contract/models.ts';
import { modelsFolder } from '../rl/model/folder/models-folder.ts';
import { answer } from './answer.ts';
import { exportCommand } from './export/command.ts';
import { fetchModel } from './fetch-model.ts';
import { fetchProgressLine } from './fetch-progress-line.ts';
import { readHubSettings } from './hub-settings.ts';
import { listModels } from './list-models.ts';
import { modelTable } from './model-table.ts';
import { serveCommand } from './serve/command.ts';

const USAGE = `Language models: Llama, Qwen2 and Qwen3 (SmolLM2, TinyLlama, Llama 3, Qwen2.5 and their kind).

  npm run model -- list                     those in the models folder, what they are, why one cannot be used
  npm run model -- fetch ORG/NAME           brings one from the Hugging Face hub; what was broken off goes on
  npm run model -- export RUN --out FOLDER  writes what a run has trained, for transformers and PEFT; see below
  npm run model -- serve MODEL|RUN          answers OpenAI's chat protocol over HTTP, for every program that speaks it; see below
  npm run -s model -- MODEL "PROMPT" [...]  lets one answer; MODEL is a name from the list, or a folder with config.json,
                                            model.safetensors (or shards) and tokenizer.json

  --adapter FOLDER    a LoRA adapter in PEFT's layout on top
  --raw               continue the prompt as it is, without the model's chat template
  --system TEXT       system message of the chat
  --max-tokens N      most tokens of the answer (128)
  --temperature T     0, the default, takes the likeliest token
  --top-p P           draw from the likeliest tokens that together reach this probability (1)
  --seed N            seed of the draws (1)
  --json              one JSON line: prompt, its ids, text, ids, log-probability in nats, tokens per second
  --help

The model's generation_config.json says what ends an answer; its sampling settings (repetition_penalty, top_k, …) are not read:
tokens are drawn from the plain distribution, the one that training scores them under.

RUN of export is the id of a run of the server, which stands in the address of its page, or a folder with a checkpoint. Of LoRA
it writes the adapter, of full fine-tuning the whole model, each with a README.md that says how to open it.

  --merged            the whole model, with the adapter worked into its weights
  --type F32|BF16     floats of a whole model (F32)
  --name NAME         what the README.md calls the run

serve answers GET /v1/models and POST /v1/chat/completions, streamed or not, one request after the other. RUN is as in export: its
last checkpoint answers, adapters applied.

  --port N            (8000)
  --host HOST         (127.0.0.1); any other needs a key
  --name NAME         what requests call the model (its own name, or the run's)
  --adapter FOLDER    as above, on a MODEL

HIPER_MODEL_KEY, if set, is the key that requests have to show. HIPER_ALLOWED_HOSTS are names under which the server may be asked,
beside addresses and localhost.

HIPER_MODELS is the models folder (default: models in HIPER_DATA, itself ./data). HF_TOKEN is the hub's token for gated and private models,
HF_ENDPOINT another hub or mirror. HIPER_ENGINE picks the engine, HIPER_THREADS its threads (1).
`;

await main(process.argv.slice(2)).catch(fail);

async function main(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) process.stdout.write(USAGE);
  else if (command === 'list') list(rest);
  else if (command === 'fetch') await fetchOne(rest);
  else if (command === 'export') await exportCommand(rest);
  else if (command === 'serve') await serveCommand(rest);
  else await answer(args);
}

function list(rest: readonly string[]): void {
  if (rest.length > 0) throw new AppError('bad-input', 'list takes no more words');
  const folder = modelsFolder(process.env);
  process.stdout.write(`${folder}\n${modelTable(listModels(folder))}\n`);
}

async function fetchOne(names: readonly string[]): Promise<void> {
  const [name] = names;
  if (!name || names.length > 1)
    throw new AppError('bad-input', 'give the name of one model: npm run model -- fetch ORG/NAME');
  const line = fetchProgressLine(name, process.stderr);
  let model: ModelInfo;
  try {
    model = await fetchModel(modelsFolder(process.env), name, {
      hub: readHubSettings(process.env),
      onProgress: line.show,
    });
  } finally {
    line.end();
  }
  process.stdout.write(`${modelTable([model])}\n`);
  if (model.problem) process.exitCode = 1;
}

function fail(error: unknown): never {
  const text = error instanceof AppError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof AppError && error.code === 'bad-input' ? 2 : 1);
}
