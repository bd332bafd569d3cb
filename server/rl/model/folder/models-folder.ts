import { join, resolve } from 'node:path';

/** What the environment says of it; an empty text counts as nothing. */
interface Settings {
  HIPER_MODELS?: string | undefined;
  HIPER_DATA?: string | undefined;
  [other: string]: unknown;
}

/** The folder that holds models, absolute: HIPER_MODELS, else `models` in the data folder. */
export function modelsFolder({
  HIPER_MODELS: models,
  HIPER_DATA: data,
}: Settings | NodeJS.ProcessEnv): string {
  return resolve(models || join(data || './data', 'models'));
}
