import { AppError } from '../../contract/error.ts';
import { isAdapterWeight, layerOf } from '../../rl/model/shape.ts';
import type { Checkpoint } from '../../rl/train/checkpoint/checkpoint-file.ts';
import { adapterOf } from '../../rl/train/policy/adapter-of.ts';
import { baseOf } from './base-of.ts';
import { type ExportedFile, textFile } from './exported-file.ts';
import { CARD_FILE, type CardNames, modelCard } from './model-card.ts';
import { peftFiles } from './peft-files.ts';

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
  const weights = tensors.map((name) => ({
    name,
    shape: file.shapeOf(name) ?? [],
    read: () => file.read(name).data as Float32Array,
  }));
  return [
    ...peftFiles(shape, base.name, weights),
    textFile(CARD_FILE, modelCard({ ...checkpoint, ...names, kind: 'adapter', base, license: null })),
  ];
}
