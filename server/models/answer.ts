import { existsSync } from 'node:fs';
import { AppError } from '../contract/error.ts';
import { engineOfEnvironment, readCommandLine } from '../rl/command-line.ts';
import { isModelName } from '../rl/model/folder/model-name.ts';
import { modelPath } from '../rl/model/folder/model-path.ts';
import { modelsFolder } from '../rl/model/folder/models-folder.ts';
import { generate } from '../rl/model/generate.ts';
import { unreadSettings } from '../rl/model/generation-config.ts';
import { loadPretrained } from '../rl/model/pretrained.ts';
import { TextTokenizer } from '../rl/model/text-tokenizer.ts';
import { Random } from '../rl/random.ts';
import { openEngine } from '../rl/tensor/select-engine.ts';

/** Lets a model answer and prints it: the words and flags of `npm run model` after the subcommands. */
export async function answer(args: readonly string[]): Promise<void> {
  const { values: flags, positionals } = readArguments(args);
  const [model, prompt] = positionals;
  if (!model || !prompt || positionals.length > 2)
    throw new AppError('bad-input', 'give a model and a prompt. See npm run -s model -- --help');
  const maxTokens = readNumber(
    'max-tokens',
    flags['max-tokens'],
    (value) => Number.isInteger(value) && value >= 1,
  );
  const temperature = readNumber('temperature', flags.temperature, (value) => value >= 0);
  const topP = readNumber('top-p', flags['top-p'], (value) => value > 0 && value <= 1);
  const seed = readNumber('seed', flags.seed, Number.isFinite);

  const folder =
    existsSync(model) || !isModelName(model) ? model : modelPath(modelsFolder(process.env), model);
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
  const answered = tokenizer.decode(response.ids);
  const result = {
    prompt: text,
    promptIds: Array.from(promptIds),
    text: answered,
    ids: Array.from(response.ids),
    ended: response.ended,
    logProbability: response.logProbabilities.reduce((sum, value) => sum + value, 0),
    tokensPerSecond: response.ids.length / seconds,
  };
  process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${answered}\n`);
}

function readArguments(args: readonly string[]) {
  return readCommandLine(
    {
      args: [...args],
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
