import { AppError } from '../../contract/error.ts';
import {
  ADAPTER_CONFIG_FILE,
  ADAPTER_PREFIX,
  ADAPTER_WEIGHTS_FILE,
  adapterConfig,
} from '../../rl/model/peft-config.ts';
import { type SafetensorsFile, safetensorsHeader } from '../../rl/model/safetensors.ts';
import { isAdapterWeight, layerOf } from '../../rl/model/shape.ts';
import { adapterOf } from '../../rl/train/adapter-of.ts';
import type { Checkpoint } from '../../rl/train/checkpoint-file.ts';
import { baseOf } from './base-of.ts';
import { type ExportedFile, textFile } from './exported-file.ts';
import { CARD_FILE, type CardNames, modelCard } from './model-card.ts';

/**
 * The adapter in a checkpoint as PEFT writes it, with a model card. Neither the base model nor an engine is needed; the checkpoint
 * stays open until the files are written. Throws AppError `unsupported` for a run without an adapter, `bad-file` where it is missing.
 */
export function adapterFiles(checkpoint: Checkpoint, names: CardNames): ExportedFile[] {
  const { file, config } = checkpoint;
  const base = baseOf(checkpoint);
  const adapter = adapterOf(config);
  if (!adapter)
    throw new AppError('unsupported', 'This run trains the weights of its model and has no adapter');
  // Those of the optimizer have the same names behind a prefix.
  const tensors = file.names.filter((tensor) => tensor.startsWith('model.') && isAdapterWeight(tensor));
  if (tensors.length === 0) throw new AppError('bad-file', `${file.path} has no weights of an adapter`);
  const layers = [...new Set(tensors.map((tensor) => layerOf(tensor) ?? 0))].sort((a, b) => a - b);
  const shape = config.tunedLayers > 0 ? { ...adapter, layers } : adapter;
  return [
    textFile(ADAPTER_CONFIG_FILE, `${JSON.stringify(adapterConfig(shape, base.name), null, 2)}\n`),
    weightsFile(file, tensors),
    textFile(CARD_FILE, modelCard({ ...checkpoint, ...names, kind: 'adapter', base, license: null })),
  ];
}

function weightsFile(file: SafetensorsFile, names: readonly string[]): ExportedFile {
  const plan = names.map((name) => ({
    name: ADAPTER_PREFIX + name,
    shape: file.shapeOf(name) ?? [],
    type: 'F32' as const,
  }));
  const header = safetensorsHeader(plan, { format: 'pt' });
  const numbers = plan.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return {
    name: ADAPTER_WEIGHTS_FILE,
    bytes: header.length + Float32Array.BYTES_PER_ELEMENT * numbers,
    *parts() {
      yield header;
      for (const name of names) yield new Uint8Array(file.read(name).data.buffer);
    },
  };
}
