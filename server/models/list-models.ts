import { closeSync, type Dirent, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import { type ModelInfo, RANDOM_MODEL } from '../contract/models.ts';
import { isModelName } from '../rl/model/folder/model-name.ts';
import { TINY_MODEL_INFO } from '../rl/model/folder/tiny-model.ts';
import { refuseLfsPointer } from '../rl/model/lfs-pointer.ts';
import { readModelHeaders } from '../rl/model/model-headers.ts';
import { CONFIG_FILE, readModelType } from '../rl/model/pretrained-config.ts';
import { headSizeOf } from '../rl/model/shape.ts';
import { GGUF_FILE, GGUF_PROBLEM } from './gguf.ts';
import { readLicense } from './license.ts';

const TOKENIZER_FILE = 'tokenizer.json';
/** A folder with one of these is a model, or meant to be one. */
const MARKS =
  /^(config\.json|tokenizer\.json|.*\.safetensors|.*\.safetensors\.index\.json|pytorch_model.*\.bin|.*\.gguf)$/i;

const UNKNOWN = {
  parameters: 0,
  layers: 0,
  width: 0,
  heads: 0,
  keyValueHeads: 0,
  headSize: 0,
  feedForward: 0,
  attentionBias: false,
  queryKeyNorm: false,
  vocabulary: 0,
  bytes: 0,
};

/**
 * The models below a folder, by name, whether they can be used or not; folders and files that begin with a dot are left out.
 * Headers are read, no weights. The tiny random model is always there; without the folder it is alone.
 */
export function listModels(folder: string): ModelInfo[] {
  const names = modelNames(folder);
  const found = names.map((name) => describeModel(join(folder, name), name));
  if (!names.includes(RANDOM_MODEL)) found.push(TINY_MODEL_INFO);
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function modelNames(folder: string): string[] {
  return entriesOf(folder).flatMap(({ name }) => {
    if (isModel(join(folder, name))) return [name];
    return entriesOf(join(folder, name))
      .filter((entry) => isModel(join(folder, name, entry.name)))
      .map((entry) => `${name}/${entry.name}`);
  });
}

/** What is in a folder; nothing when it is none. */
function entriesOf(folder: string): Dirent[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
}

function isModel(path: string): boolean {
  return GGUF_FILE.test(path) || entriesOf(path).some(({ name }) => MARKS.test(name));
}

/** A model as it is listed, from its folder. */
export function describeModel(path: string, name: string): ModelInfo {
  const known = { name, family: familyOf(path), license: readLicense(path) };
  try {
    if (!isModelName(name))
      throw new AppError(
        'bad-file',
        'rename it: letters, digits, dots, dashes and underscores only, at most 120',
      );
    if (isOnlyGguf(path)) throw new AppError('unsupported', GGUF_PROBLEM);
    requireFile(path, CONFIG_FILE);
    const { shape, parameters } = readModelHeaders(path);
    requireFile(path, TOKENIZER_FILE);
    return {
      ...known,
      parameters,
      layers: shape.layers,
      width: shape.width,
      heads: shape.heads,
      keyValueHeads: shape.keyValueHeads,
      headSize: headSizeOf(shape),
      feedForward: shape.feedForward,
      attentionBias: shape.attentionBias,
      queryKeyNorm: shape.queryKeyNorm,
      vocabulary: shape.vocabulary,
      bytes: sizeOf(path),
      problem: null,
    };
  } catch (error) {
    // The place is this machine's own; who reads the list knows the model by its name.
    const problem = (error as Error).message.replaceAll(`${path}/`, '').replaceAll(path, name);
    return { ...known, ...UNKNOWN, problem };
  }
}

function familyOf(path: string): string {
  try {
    return existsSync(join(path, CONFIG_FILE)) ? readModelType(path) : '';
  } catch {
    return '';
  }
}

function isOnlyGguf(path: string): boolean {
  if (GGUF_FILE.test(path)) return true;
  const names = entriesOf(path).map(({ name }) => name);
  return names.some((name) => GGUF_FILE.test(name)) && !names.some((name) => /\.safetensors/.test(name));
}

/** Only whether the file itself is there: to open a large tokenizer takes a second. */
function requireFile(folder: string, name: string): void {
  const path = join(folder, name);
  if (!existsSync(path)) {
    const isAdapter = existsSync(join(folder, 'adapter_config.json'));
    throw new AppError('bad-file', isAdapter ? 'it is an adapter, not a model' : `it has no ${name}`);
  }
  const handle = openSync(path, 'r');
  try {
    const start = Buffer.alloc(64);
    readSync(handle, start, 0, start.length, 0);
    refuseLfsPointer(path, start.toString('latin1'));
  } finally {
    closeSync(handle);
  }
}

function sizeOf(folder: string): number {
  return entriesOf(folder)
    .map(({ name }) => statSync(join(folder, name)))
    .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}
