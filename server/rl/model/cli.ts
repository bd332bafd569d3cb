import { AppError } from '../../contract/error.ts';
import { engineOfEnvironment, readCommandLine } from '../command-line.ts';
import { Random } from '../random.ts';
import { openEngine } from '../tensor/engine.ts';
import { generate } from './generate.ts';
import { unreadSettings } from './generation-config.ts';
import { loadPretrained } from './pretrained.ts';
import { TextTokenizer } from './text-tokenizer.ts';

const USAGE = `Lets a pretrained model answer: a folder with config.json, model.safetensors (or shards) and tokenizer.json of a
Llama, Qwen2 or Qwen3 model (SmolLM2, TinyLlama, Llama 3, Qwen2.5 and their kind).

  npm run -s model -- FOLDER "PROMPT" [options]

  --adapter FOLDER    a LoRA adapter in PEFT's layout on top
  --raw               continue the prompt as it is, without the model's chat template
  --system TEXT       system message of the chat
  --max-tokens N      most tokens of the answer (128)
  --temperature T     0, the default, takes the likeliest token
  --top-p P           draw from the likeliest tokens that together reach this probability (1)
  --seed N            seed of the draws (1)
  --json              one JSON line: prompt, its ids, text, ids, log-probability in nats, tokens per second
  --help

The folder's generation_config.json says what ends an answer; its sampling settings (repetition_penalty, top_k, …) are not read:
tokens are drawn from the plain distribution, the one that training scores them under.

HIPER_ENGINE picks the engine, HIPER_THREADS its threads (1).
`;

await main().catch(fail);

async function main(): Promise<void> {
  const { values: flags, positionals } = readArguments();
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [folder, prompt] = positionals;
  if (!folder || !prompt || positionals.length > 2)
    throw new AppError('bad-input', 'give a folder and a prompt. See npm run -s model -- --help');
  const maxTokens = readNumber(
    'max-tokens',
    flags['max-tokens'],
    (value) => Number.isInteger(value) && value >= 1,
  );
  const temperature = readNumber('temperature', flags.temperature, (value) => value >= 0);
  const topP = readNumber('top-p', flags['top-p'], (value) => value > 0 && value <= 1);
  const seed = readNumber('seed', flags.seed, Number.isFinite);

  const tokenizer = new TextTokenizer(folder);
  const isChat = !flags.raw && tokenizer.hasChatTemplate;
  const text = isChat ? chat(tokenizer, flags.system, prompt) : prompt;
  const promptIds = isChat ? tokenizer.encode(text) : tokenizer.encodeWhole(text);
  const unread = unreadSettings(folder);
  if (unread.length > 0)
    process.stderr.write(`note: not read from generation_config.json: ${unread.join(', ')} (see --help)\n`);
  const engine = await openEngine(engineOfEnvironment(1));
  const policy = loadPretrained(engine, folder, flags.adapter);
  const started = performance.now();
  const [response] = await generate(policy, [promptIds], {
    maxTokens,
    temperature,
    topP,
    endIds: tokenizer.endIds,
    random: new Random(seed),
  });
  const seconds = (performance.now() - started) / 1000;
  policy.dispose();
  if (!response) throw new AppError('internal', 'no response came back');
  const answer = tokenizer.decode(response.ids);
  const result = {
    prompt: text,
    promptIds: Array.from(promptIds),
    text: answer,
    ids: Array.from(response.ids),
    ended: response.ended,
    logProbability: response.logProbabilities.reduce((sum, value) => sum + value, 0),
    tokensPerSecond: response.ids.length / seconds,
  };
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${answer}\n`);
}

function readArguments() {
  return readCommandLine(
    {
      allowPositionals: true,
      options: {
        adapter: { type: 'string' },
        raw: { type: 'boolean' },
        system: { type: 'string' },
        'max-tokens': { type: 'string', default: '128' },
        temperature: { type: 'string', default: '0' },
        'top-p': { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    },
    'npm run -s model',
  );
}

function readNumber(name: string, text: string, isValid: (value: number) => boolean): number {
  const value = Number(text);
  if (text === '' || !isValid(value)) throw new AppError('bad-input', `--${name}: ${text} is not possible`);
  return value;
}

function chat(tokenizer: TextTokenizer, system: string | undefined, prompt: string): string {
  const user = { role: 'user', content: prompt } as const;
  return tokenizer.renderChat(system === undefined ? [user] : [{ role: 'system', content: system }, user]);
}

function fail(error: unknown): never {
  const text = error instanceof AppError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`${text}\n`);
  process.exit(error instanceof AppError && error.code === 'bad-input' ? 2 : 1);
}
