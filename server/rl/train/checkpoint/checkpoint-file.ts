import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import type { Evaluation } from '../../../contract/events.ts';
import { parseRunConfig, type RunConfig } from '../../../contract/run-config.ts';
import { SafetensorsFile } from '../../model/safetensors.ts';
import type { BaseModel } from '../policy/base-model.ts';
import type { Totals } from './totals.ts';

const FILE = 'checkpoint.safetensors';

export function checkpointPath(folder: string): string {
  return join(folder, FILE);
}

export function hasCheckpoint(folder: string): boolean {
  return existsSync(checkpointPath(folder));
}

/** A run's checkpoint open for reading; it stays the same while the run goes on. Close its file when done. */
export interface Checkpoint {
  file: SafetensorsFile;
  config: RunConfig;
  totals: Totals;
  /** The pretrained model that the run started from. */
  base: BaseModel | null;
  evaluations: Evaluation[];
}

/** Throws AppError `not-found` where a run's folder has no checkpoint, `bad-file` for one that cannot be read. */
export function openCheckpoint(folder: string): Checkpoint {
  const path = checkpointPath(folder);
  if (!hasCheckpoint(folder))
    throw new AppError(
      'not-found',
      `${path}: there is no checkpoint; a run has one after its first iteration, on the machine that trains it`,
    );
  const file = new SafetensorsFile(path);
  try {
    const { config, totals, base, evaluations } = file.metadata;
    if (!config || !totals)
      throw new AppError('bad-file', `${path} holds no config: it is not a run's checkpoint`);
    return {
      file,
      config: parseRunConfig(JSON.parse(config)),
      totals: JSON.parse(totals) as Totals,
      base: base ? (JSON.parse(base) as BaseModel) : null,
      evaluations: JSON.parse(evaluations ?? '[]') as Evaluation[],
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
