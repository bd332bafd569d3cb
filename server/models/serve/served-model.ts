import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { AppError } from '../../contract/error.ts';
import { isModelName } from '../../rl/model/folder/model-name.ts';
import { modelPath } from '../../rl/model/folder/model-path.ts';
import type { Policy } from '../../rl/model/policy.ts';
import { loadPretrained } from '../../rl/model/pretrained.ts';
import { TextTokenizer } from '../../rl/model/text-tokenizer.ts';
import type { Engine } from '../../rl/tensor/engine.ts';
import { hasCheckpoint, openCheckpoint } from '../../rl/train/checkpoint/checkpoint-file.ts';
import { openSnapshot } from '../../rl/train/checkpoint/snapshot.ts';
import { baseOf } from '../export/base-of.ts';

/** The room of a model whose config does not say for how long texts it was made. */
const USUAL_ROOM = 4096;

/** A model that answers chats. */
export interface ServedModel {
  name: string;
  policy: Policy;
  tokenizer: TextTokenizer;
  /** Tokens that prompt and answer may have together. */
  room: number;
}

export interface ServedModelOptions {
  /** What requests call it; left out: its name in the models folder, that of the run, or else of the folder. */
  name?: string | undefined;
  /** Folder of a LoRA adapter on top of a model folder. */
  adapter?: string | undefined;
  modelsFolder: string;
  /** Folder that keeps the hashes of models, if any. */
  hashFolder?: string;
  openEngine(): Promise<Engine>;
}

/**
 * Opens what `source` names: the folder of a run with a checkpoint, whose trained weights or adapter then stand on its base, a model's
 * folder, or a model of the models folder. Throws AppError `unsupported` for the small policy and for a model without a chat template,
 * `bad-input` for an adapter on a run, and whatever is wrong with the files.
 */
export async function openServedModel(source: string, options: ServedModelOptions): Promise<ServedModel> {
  return existsSync(source) && hasCheckpoint(source) ? openRun(source, options) : openFolder(source, options);
}

async function openRun(
  folder: string,
  { name, adapter, modelsFolder, hashFolder, openEngine }: ServedModelOptions,
): Promise<ServedModel> {
  if (adapter !== undefined)
    throw new AppError('bad-input', '--adapter: a run brings its own; leave it out, or give a model');
  const tokenizer = openTokenizer(baseFolder(folder, modelsFolder));
  const { policy, config } = await openSnapshot(folder, await openEngine(), modelsFolder, hashFolder);
  return served(name || config.name || basename(resolve(folder)), policy, tokenizer);
}

async function openFolder(
  source: string,
  { name, adapter, modelsFolder, openEngine }: ServedModelOptions,
): Promise<ServedModel> {
  const isName = !existsSync(source) && isModelName(source);
  const folder = isName ? modelPath(modelsFolder, source) : source;
  const tokenizer = openTokenizer(folder);
  const policy = loadPretrained(await openEngine(), folder, adapter);
  return served(name || (isName ? source : basename(resolve(folder))), policy, tokenizer);
}

function baseFolder(run: string, modelsFolder: string): string {
  const checkpoint = openCheckpoint(run);
  try {
    return modelPath(modelsFolder, baseOf(checkpoint).name);
  } finally {
    checkpoint.file.close();
  }
}

function openTokenizer(path: string): TextTokenizer {
  const tokenizer = new TextTokenizer(path);
  if (tokenizer.hasChatTemplate) return tokenizer;
  throw new AppError(
    'unsupported',
    `${path} has no chat template, so it cannot answer chats: put one into its chat_template.jinja`,
  );
}

function served(name: string, policy: Policy, tokenizer: TextTokenizer): ServedModel {
  return { name, policy, tokenizer, room: policy.shape.longestText ?? USUAL_ROOM };
}
