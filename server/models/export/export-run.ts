import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { AppError } from '../../contract/error.ts';
import { modelPath } from '../../rl/model/folder/model-path.ts';
import { savePretrained } from '../../rl/model/pretrained.ts';
import type { Engine } from '../../rl/tensor/engine.ts';
import { openCheckpoint } from '../../rl/train/checkpoint/checkpoint-file.ts';
import { openSnapshot } from '../../rl/train/checkpoint/snapshot.ts';
import { readLicense } from '../license.ts';
import { adapterFiles } from './adapter-files.ts';
import { baseOf } from './base-of.ts';
import { type ExportedFile, textFile } from './exported-file.ts';
import { CARD_FILE, type CardNames, modelCard } from './model-card.ts';

export interface ExportOptions {
  modelsFolder: string;
  /** Folder that keeps the hashes of models, if any. */
  hashFolder?: string;
  /** What the card calls the run; left out: its name in the config, else that of its folder. */
  name?: string | undefined;
  /** The whole model also where an adapter was trained. */
  merged?: boolean;
  /** Element type of a whole model's weights, F32 if left out; an adapter's are float32. */
  type?: 'F32' | 'BF16' | undefined;
  openEngine(): Promise<Engine>;
}

/** What was exported. */
export interface Exported {
  kind: 'adapter' | 'model';
  /** Name of the base model. */
  base: string;
  iteration: number;
}

/**
 * Writes what a run has trained to a folder that is new or empty: the adapter as PEFT does, or the whole model as transformers
 * does, with a model card. The folder appears whole or not at all. Throws AppError `unsupported` for the small policy, `conflict`
 * for a folder with something in it, `not-found` without a checkpoint, or for a whole model without its base.
 */
export async function exportRun(run: string, out: string, options: ExportOptions): Promise<Exported> {
  const path = resolve(out);
  const draft = `${path}.${randomUUID()}.part`;
  const checkpoint = openCheckpoint(run);
  try {
    const { config, totals } = checkpoint;
    const base = baseOf(checkpoint);
    const isAdapter = config.tuning === 'lora' && !options.merged;
    if (isAdapter && options.type)
      throw new AppError('bad-input', 'an adapter is written in F32: give --type together with --merged');
    requireEmpty(path);
    mkdirSync(draft, { recursive: true });
    const names = { name: options.name || config.name || basename(resolve(run)), folder: basename(path) };
    let { iteration } = totals;
    if (isAdapter) await writeFiles(draft, adapterFiles(checkpoint, names));
    else iteration = await writeModel(run, draft, names, options);
    if (existsSync(path)) rmdirSync(path);
    renameSync(draft, path);
    return { kind: isAdapter ? 'adapter' : 'model', base: base.name, iteration };
  } finally {
    checkpoint.file.close();
    rmSync(draft, { recursive: true, force: true });
  }
}

function requireEmpty(path: string): void {
  if (existsSync(path) && readdirSync(path).length > 0)
    throw new AppError('conflict', `${path} is not empty: choose a new folder`);
}

async function writeFiles(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const { name, parts } of files) await writeFile(join(folder, name), parts());
}

/** Opens the run anew, whose checkpoint may be a later one by now; returns its iteration. */
async function writeModel(
  run: string,
  folder: string,
  names: CardNames,
  { modelsFolder, hashFolder, type, openEngine }: ExportOptions,
): Promise<number> {
  const snapshot = await openSnapshot(run, await openEngine(), modelsFolder, hashFolder);
  try {
    const { policy, base, totals } = snapshot;
    if (!base) throw new AppError('internal', 'a language model without a base');
    const source = modelPath(modelsFolder, base.name);
    await savePretrained(policy, folder, source, type);
    const card = modelCard({ ...snapshot, ...names, kind: 'model', base, license: readLicense(source) });
    await writeFiles(folder, [textFile(CARD_FILE, card)]);
    return totals.iteration;
  } finally {
    snapshot.dispose();
  }
}
