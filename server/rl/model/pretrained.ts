import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { Engine } from '../tensor/engine.ts';
import { Policy } from './policy.ts';
import { readQwen2Shape } from './qwen2-config.ts';
import type { Parameter } from './shape.ts';
import { WeightFiles } from './weight-files.ts';

/** Tensors that some checkpoints carry though nothing reads them: a tied output table, tables of the rotary embedding. */
const IGNORED = /^lm_head\.weight$|\.rotary_emb\.inv_freq$/;

/**
 * Opens a folder of a Qwen2 or Qwen2.5 model (config.json and safetensors, sharded or not, in 16- or 32-bit floats). Weights
 * are read tensor by tensor into float32: at no time is more than one of them in memory twice.
 * Throws AppError `bad-file` naming the field, or the tensor and the two shapes.
 */
export function loadPretrained(engine: Engine, folder: string): Policy {
  const policy = new Policy(engine, readQwen2Shape(folder));
  const files = new WeightFiles(folder);
  try {
    policy.replaceWeights(readAll(files, policy.parameters, folder));
  } finally {
    files.close();
  }
  return policy;
}

function readAll(files: WeightFiles, parameters: readonly Parameter[], folder: string): tf.Tensor[] {
  const known = new Set(parameters.map(({ name }) => name));
  const stray = files.names.find((name) => !known.has(name) && !IGNORED.test(name));
  if (stray)
    throw new AppError('bad-file', `${folder} has a tensor ${stray}, which its config.json has no place for`);
  const tensors: tf.Tensor[] = [];
  try {
    for (const { name, shape } of parameters) tensors.push(files.read(name, shape));
  } catch (error) {
    tf.dispose(tensors);
    throw error;
  }
  return tensors;
}
