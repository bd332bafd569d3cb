import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import { howToGetModel, RANDOM_MODEL } from '../../../contract/models.ts';
import { checkModelName } from './model-name.ts';
import { ensureTinyModel } from './tiny-model.ts';

/**
 * Where a model is, below the models folder; the tiny random one is written when it is first asked for. Throws AppError
 * `bad-input` for what is no name, `not-found` for a model that is not there, with the way to get it.
 */
export function modelPath(folder: string, name: string): string {
  checkModelName(name);
  if (name === RANDOM_MODEL) return ensureTinyModel(folder);
  const path = join(folder, name);
  if (existsSync(path)) return path;
  throw new AppError('not-found', `The model ${name} is not in ${folder}: ${howToGetModel(name)}`);
}
