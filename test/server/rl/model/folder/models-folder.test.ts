import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { modelsFolder } from '../../../../../server/rl/model/folder/models-folder.ts';

it('takes HIPER_MODELS, else the data folder', () => {
  expect(modelsFolder({ HIPER_MODELS: '/models', HIPER_DATA: '/data' })).toBe('/models');
  expect(modelsFolder({ HIPER_MODELS: '', HIPER_DATA: '/data' })).toBe('/data/models');
  expect(modelsFolder({})).toBe(resolve('data/models'));
});
