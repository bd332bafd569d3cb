import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Random } from '../random.ts';
import type { Engine } from '../tensor/engine.ts';
import { quantizeMatrix } from '../tensor/quantized.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { mergedWeight, readAdapter, requireLayers } from './lora.ts';
import { INPUT_TABLE, OUTPUT_TABLE, refuseStrays } from './model-headers.ts';
import { readAdapterShape } from './peft-config.ts';
import { Policy } from './policy.ts';
import { CONFIG_FILE, readPretrainedShape } from './pretrained-config.ts';
import { SafetensorsWriter } from './safetensors.ts';
import {
  type AdapterShape,
  initialValues,
  isAdapterWeight,
  type LayerCounts,
  type Parameter,
  type PolicyShape,
  policyParameters,
  quantizedLayer,
  tunedShape,
} from './shape.ts';
import { WEIGHTS_FILE, WeightFiles } from './weight-files.ts';

/** Files of a model folder that training does not change. */
const COMPANIONS = [
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
];

/** A fresh adapter: A is random, B zero, so that at first it changes nothing. */
export interface NewAdapter {
  shape: AdapterShape;
  random: Random;
}

/** What of a model is trained, and with what on top; a saved adapter has its own layers. */
export interface Tuning extends Partial<LayerCounts> {
  /** Holds the matrices of blocks in 8 bits, under an adapter or where nothing is trained. */
  quantized?: boolean;
  /** Value heads on the hidden states, which start at zero; absent: none. */
  valueHeads?: number;
}

/**
 * Opens a folder of a Llama, Qwen2 or Qwen3 model (config.json and safetensors, sharded or not, in 16- or 32-bit floats), with
 * a LoRA adapter on top if asked for: the folder of one that PEFT or an export wrote, or a new one. Weights are read
 * tensor by tensor into float32: at no time is more than one of them in memory twice.
 * Throws AppError `bad-file` naming the field, or the tensor and the two shapes; `bad-input` for layers that there are not.
 */
export function loadPretrained(
  engine: Engine,
  folder: string,
  adapter?: string | NewAdapter,
  tuning: Tuning = {},
): Policy {
  // Before the weights, so that a wrong config is told at once.
  const saved = typeof adapter === 'string' ? readAdapterShape(adapter) : null;
  const { shape: base, weights } = readBase(folder, tuning.quantized ?? false);
  try {
    if (typeof adapter === 'string' && saved) requireLayers(adapter, saved, base.layers);
    const shape = tunedShape(base, saved ?? (adapter as NewAdapter | undefined)?.shape, saved ? {} : tuning);
    shape.valueHeads = tuning.valueHeads ?? 0;
    const added = policyParameters(shape).slice(weights.length);
    const heads = added.filter(({ name }) => !isAdapterWeight(name));
    const adapters = added.slice(heads.length);
    weights.push(...heads.map((parameter) => tf.zeros(parameter.shape)));
    if (typeof adapter === 'string') weights.push(...readAdapter(adapter, adapters));
    else if (adapter) weights.push(...adapters.map((parameter) => initialTensor(parameter, adapter.random)));
    const policy = new Policy(engine, shape);
    policy.replaceWeights(weights);
    return policy;
  } catch (error) {
    tf.dispose(weights);
    throw error;
  }
}

/**
 * Saves a policy that was loaded from `source` so that transformers, and `loadPretrained`, open it: its weights, adapters
 * worked in, in one safetensors file; the source's config and tokenizer beside it. Weights that the policy holds in 8 bits are
 * those of the source.
 */
export async function savePretrained(
  policy: Policy,
  folder: string,
  source: string,
  type: 'F32' | 'BF16' = 'F32',
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const base = policyParameters({
    ...policy.shape,
    adapter: undefined,
    quantized: false,
    valueHeads: 0,
  });
  const plan = base.map(({ name, shape }) => ({ name, shape, type }));
  const writer = new SafetensorsWriter(join(folder, WEIGHTS_FILE), plan, { format: 'pt' });
  const files = new WeightFiles(source);
  try {
    await writer.writeAll(base, async (parameter) => {
      const weight = mergedWeight(policy, parameter, files);
      const values = (await weight.data()) as Float32Array;
      weight.dispose();
      return values;
    });
  } finally {
    files.close();
  }
  const config = readJsonFile(join(source, CONFIG_FILE), z.looseObject({}));
  // Its name since transformers 4.56 and before.
  const typeField = 'dtype' in config ? 'dtype' : 'torch_dtype';
  const typeName = type === 'F32' ? 'float32' : 'bfloat16';
  // Of a model whose output table came untied, every reader is to learn so.
  const ties = policy.shape.tiedEmbeddings ? {} : { tie_word_embeddings: false };
  writeJsonFile(join(folder, CONFIG_FILE), { ...config, ...ties, [typeField]: typeName });
  if (resolve(folder) === resolve(source)) return;
  for (const name of COMPANIONS)
    if (existsSync(join(source, name))) copyFileSync(join(source, name), join(folder, name));
}

/** The model of a folder without adapters, its matrices in 8 bits if asked for: its shape, and its weights in the order of that shape's parameters. */
function readBase(folder: string, quantized: boolean): { shape: PolicyShape; weights: tf.Tensor[] } {
  const shape = readPretrainedShape(folder);
  const files = new WeightFiles(folder);
  const weights: tf.Tensor[] = [];
  try {
    const { tied, table } = readTies(files, shape);
    shape.tiedEmbeddings = tied;
    const parameters = policyParameters(shape);
    refuseStrays(folder, files.names, parameters, tied);
    for (const parameter of parameters) {
      const { name, shape: sizes } = parameter;
      if (quantized && quantizedLayer(parameter)) {
        const weight = files.read(name, sizes);
        const { values, scale } = quantizeMatrix(weight);
        weight.dispose();
        weights.push(values, scale);
      } else weights.push(files.read(name === INPUT_TABLE ? table : name, sizes));
    }
    return { shape: quantized ? { ...shape, quantized } : shape, weights };
  } catch (error) {
    tf.dispose(weights);
    throw error;
  } finally {
    files.close();
  }
}

/**
 * Whether one table serves input and output, and its name. A config that says so is believed as transformers believes it: a
 * file that holds two different tables has an output table of its own (a trained head), and of a tied pair either may be
 * the one that was kept (safetensors' `save_model` keeps `lm_head.weight`).
 */
function readTies(files: WeightFiles, shape: PolicyShape): { tied: boolean; table: string } {
  const has = (name: string) => files.names.includes(name);
  if (!shape.tiedEmbeddings || !has(OUTPUT_TABLE)) return { tied: shape.tiedEmbeddings, table: INPUT_TABLE };
  if (!has(INPUT_TABLE)) return { tied: true, table: OUTPUT_TABLE };
  return { tied: files.areEqual(INPUT_TABLE, OUTPUT_TABLE), table: INPUT_TABLE };
}

function initialTensor(parameter: Parameter, random: Random): tf.Tensor {
  return tf.tensor(initialValues(parameter, random.fork(parameter.name)), parameter.shape);
}
