import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import { readJsonFile } from '../rl/model/json-file.ts';
import { WEIGHTS_FILE } from '../rl/model/weight-files.ts';
import { GGUF_FILE, GGUF_PROBLEM } from './gguf.ts';
import type { RemoteFile } from './hub.ts';

const INDEX_FILE = `${WEIGHTS_FILE}.index.json`;
const NEEDED = ['config.json', 'tokenizer.json'];
/** Read where they are there. */
const OPTIONAL = ['tokenizer_config.json', 'generation_config.json', 'chat_template.jinja', 'README.md'];

/** What is to be fetched of a model before its weights: all that is read beside them, config.json first. */
export function describingFiles(name: string, files: readonly RemoteFile[]): RemoteFile[] {
  const find = (path: string) => files.find((file) => file.path === path);
  const whole = find(WEIGHTS_FILE);
  if (!whole && !find(INDEX_FILE))
    throw new AppError('unsupported', `${name} cannot be used: ${withoutWeights(files)}`);
  return [...NEEDED, ...OPTIONAL, ...(whole ? [] : [INDEX_FILE])].flatMap((path) => {
    const file = find(path);
    if (!file && NEEDED.includes(path))
      throw new AppError('unsupported', `${name} cannot be used: it has no ${path}`);
    return file ? [file] : [];
  });
}

/** The files of weights: one, or the shards that the index in `folder` lists. Throws AppError `bad-file` for one that is missing. */
export function weightFiles(folder: string, files: readonly RemoteFile[]): RemoteFile[] {
  const whole = files.find(({ path }) => path === WEIGHTS_FILE);
  if (whole) return [whole];
  const index = join(folder, INDEX_FILE);
  const { weight_map } = readJsonFile(index, z.looseObject({ weight_map: z.record(z.string(), z.string()) }));
  return [...new Set(Object.values(weight_map))].map((shard) => {
    const file = files.find(({ path }) => path === shard && path.endsWith('.safetensors'));
    if (!file)
      throw new AppError('bad-file', `${INDEX_FILE} names ${shard}, which the hub does not have beside it`);
    return file;
  });
}

function withoutWeights(files: readonly RemoteFile[]): string {
  if (files.some(({ path }) => GGUF_FILE.test(path))) return GGUF_PROBLEM;
  if (files.some(({ path }) => path === 'adapter_config.json')) return 'it is an adapter, not a model';
  return `it has neither ${WEIGHTS_FILE} nor ${INDEX_FILE}, and weights in other files are not read`;
}
