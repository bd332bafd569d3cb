import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { readJsonFile } from './json-file.ts';
import { SafetensorsFile } from './safetensors.ts';

export const WEIGHTS_FILE = 'model.safetensors';

const ShardIndex = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/** The weights of a model folder: model.safetensors, or the shards that model.safetensors.index.json lists. Close it when done. */
export class WeightFiles {
  readonly #folder: string;
  readonly #files: SafetensorsFile[] = [];
  readonly #byName = new Map<string, SafetensorsFile>();

  constructor(folder: string) {
    this.#folder = folder;
    try {
      for (const name of weightFileNames(folder)) {
        const file = new SafetensorsFile(join(folder, name));
        this.#files.push(file);
        for (const tensor of file.names) this.#byName.set(tensor, file);
      }
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  /** Shape of a tensor; undefined when there is none of that name. */
  shapeOf(name: string): readonly number[] | undefined {
    return this.#byName.get(name)?.shapeOf(name);
  }

  /** Reads one tensor. Throws AppError `bad-file` when it is missing or has another shape. */
  read(name: string, shape: readonly number[]): tf.Tensor {
    const file = this.#byName.get(name);
    if (!file) throw new AppError('bad-file', `${this.#folder} has no tensor ${name}`);
    return readTensor(file, name, shape);
  }

  /** Whether two tensors hold the same numbers; both are in memory for that. */
  areEqual(one: string, other: string): boolean {
    const [a, b] = [one, other].map((name) => this.#byName.get(name)?.read(name));
    if (!a || !b || a.shape.join() !== b.shape.join()) return false;
    return a.data.every((value, i) => value === b.data[i]);
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

/** Reads a float tensor of the shape a policy needs. Throws AppError `bad-file` naming the tensor and the two shapes. */
export function readTensor(file: SafetensorsFile, name: string, shape: readonly number[]): tf.Tensor {
  const stored = file.shapeOf(name);
  if (!stored) throw new AppError('bad-file', `${file.path} has no tensor ${name}`);
  if (stored.join() !== shape.join())
    throw new AppError(
      'bad-file',
      `${file.path}: ${name} has shape [${stored}], the policy needs [${shape}]`,
    );
  const { data } = file.read(name);
  if (!(data instanceof Float32Array))
    throw new AppError('bad-file', `${file.path}: ${name} does not hold 16-bit or 32-bit floats`);
  return tf.tensor(data, [...shape]);
}

/** Files that hold the weights of a model folder. Throws AppError `bad-file` where there are none. */
export function weightFileNames(folder: string): string[] {
  if (existsSync(join(folder, WEIGHTS_FILE))) return [WEIGHTS_FILE];
  const index = join(folder, `${WEIGHTS_FILE}.index.json`);
  if (!existsSync(index))
    throw new AppError('bad-file', `${folder} has neither ${WEIGHTS_FILE} nor ${WEIGHTS_FILE}.index.json`);
  const names = [...new Set(Object.values(readJsonFile(index, ShardIndex).weight_map))];
  for (const name of names)
    if (name !== basename(name)) throw new AppError('bad-file', `${index}: ${name} is not a file beside it`);
  return names;
}
