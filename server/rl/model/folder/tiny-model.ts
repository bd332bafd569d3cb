import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import { type ModelInfo, RANDOM_MODEL } from '../../../contract/models.ts';
import { Random } from '../../random.ts';
import { readPretrainedShape } from '../pretrained-config.ts';
import { writeSafetensors } from '../safetensors.ts';
import { initialValues, type Parameter, policyParameters } from '../shape.ts';
import { WEIGHTS_FILE } from '../weight-files.ts';

/** The tiny random model as it is listed, before it is written and after. */
export const TINY_MODEL_INFO: ModelInfo = {
  name: RANDOM_MODEL,
  family: 'llama',
  parameters: 115_008,
  layers: 2,
  width: 64,
  heads: 4,
  keyValueHeads: 2,
  headSize: 16,
  feedForward: 128,
  attentionBias: false,
  queryKeyNorm: false,
  vocabulary: 640,
  bytes: 493_754,
  license: 'mit',
  problem: null,
};

const SEED = 20_261_129;
/** Small, so that the first distributions over tokens are nearly uniform, and not quite: logits spread by 8 times this. */
const TABLE_DEVIATION = 0.02;
const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const CARD = `---
license: mit
---

A random model of HiPER Lab's own: two layers of a Llama with weights drawn from one seed, and a tokenizer of 640 tokens learned
from generated ALFWorld games. It has learned nothing.
`;

/**
 * Writes the tiny random model into the models folder unless it is there, and returns its path. It appears whole or not at
 * all, also when two processes write it at once. Throws AppError `conflict` where something else has its name.
 */
export function ensureTinyModel(folder: string): string {
  const path = join(folder, RANDOM_MODEL);
  if (existsSync(join(path, WEIGHTS_FILE))) return path;
  const draft = join(folder, `.${RANDOM_MODEL}-${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  try {
    writeTinyModel(draft);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(join(path, WEIGHTS_FILE))) return path; // another process was sooner
    if (statSync(path, { throwIfNoEntry: false }))
      throw new AppError(
        'conflict',
        `${path} holds something else than the model that is made there: move it away`,
      );
    throw error;
  }
  return path;
}

function writeTinyModel(folder: string): void {
  for (const name of FILES) copyFileSync(join(import.meta.dirname, RANDOM_MODEL, name), join(folder, name));
  writeFileSync(join(folder, 'README.md'), CARD);
  writeRandomWeights(folder);
}

/** Writes the weights of a folder's config.json, drawn as those of the tiny model are. */
export function writeRandomWeights(folder: string): void {
  const random = new Random(SEED);
  const tensors = policyParameters(readPretrainedShape(folder)).map(
    (parameter) =>
      [
        parameter.name,
        { shape: parameter.shape, data: valuesOf(parameter, random.fork(parameter.name)) },
      ] as const,
  );
  writeSafetensors(join(folder, WEIGHTS_FILE), new Map(tensors), { format: 'pt' });
}

function valuesOf(parameter: Parameter, random: Random): Float32Array<ArrayBuffer> {
  const isTable = parameter.name === 'model.embed_tokens.weight';
  return initialValues(isTable ? { ...parameter, deviation: TABLE_DEVIATION } : parameter, random);
}
