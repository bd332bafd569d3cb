import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import { ADAPTER_CONFIG_FILE, ADAPTER_PREFIX, ADAPTER_WEIGHTS_FILE } from './peft-config.ts';
import type { Policy } from './policy.ts';
import { SafetensorsFile } from './safetensors.ts';
import { type AdapterShape, adapterScale, isAdapted, type Parameter, quantizedLayer } from './shape.ts';
import { readTensor, type WeightFiles } from './weight-files.ts';

/** Throws AppError `bad-file` where the adapter of a folder is for layers that the model does not have. */
export function requireLayers(folder: string, { layers = [] }: AdapterShape, count: number): void {
  const stray = layers.find((number) => number >= count);
  if (stray !== undefined)
    throw new AppError(
      'bad-file',
      `${join(folder, ADAPTER_CONFIG_FILE)}: layers_to_transform: there is no layer ${stray}, the model has ${count} (0 to ${count - 1})`,
    );
}

/** Weights of an adapter in the order of `parameters`. Throws AppError `bad-file` naming the tensor and the two shapes. */
export function readAdapter(folder: string, parameters: readonly Parameter[]): tf.Tensor[] {
  const file = new SafetensorsFile(join(folder, ADAPTER_WEIGHTS_FILE));
  const tensors: tf.Tensor[] = [];
  try {
    const known = new Set(parameters.map(({ name }) => ADAPTER_PREFIX + name));
    const stray = file.names.find((name) => !known.has(name));
    if (stray)
      throw new AppError('bad-file', `${file.path} has a tensor ${stray}, which its config has no place for`);
    for (const { name, shape } of parameters) tensors.push(readTensor(file, ADAPTER_PREFIX + name, shape));
    return tensors;
  } catch (error) {
    tf.dispose(tensors);
    throw error;
  } finally {
    file.close();
  }
}

/**
 * A weight with its adapter, if it has one, worked in: `W + alpha / rank · B A` (`adapterScale`); one that the policy holds in 8
 * bits is read from the files it came from. The caller disposes it.
 */
export function mergedWeight(policy: Policy, parameter: Parameter, source: WeightFiles): tf.Tensor {
  const { name, shape } = parameter;
  const { adapter, quantized } = policy.shape;
  const weights = policy.named(policy.weights);
  const weight = quantized && quantizedLayer(parameter) ? source.read(name, shape) : weights(name).clone();
  const layer = name.replace(/\.weight$/, '');
  if (!adapter || layer === name || !isAdapted(layer, adapter)) return weight;
  const merged = tf.tidy(() => {
    const [a, b] = [weights(`${layer}.lora_A.weight`), weights(`${layer}.lora_B.weight`)];
    const product = tf.matMul(b as tf.Tensor2D, a as tf.Tensor2D);
    return tf.add(weight, tf.mul(product, adapterScale(adapter)));
  });
  weight.dispose();
  return merged;
}
