import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { modelPath } from '../../../../../server/rl/model/folder/model-path.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'models-'));
  return () => rmSync(folder, { recursive: true });
});

it('finds a model by its name, and says how to get one that is not there', () => {
  mkdirSync(join(folder, 'HuggingFaceTB/SmolLM2-135M-Instruct'), { recursive: true });
  expect(modelPath(folder, 'HuggingFaceTB/SmolLM2-135M-Instruct')).toBe(
    join(folder, 'HuggingFaceTB/SmolLM2-135M-Instruct'),
  );
  expect(() => modelPath(folder, 'Qwen/Qwen2.5-0.5B')).toThrow(
    `The model Qwen/Qwen2.5-0.5B is not in ${folder}: npm run model -- fetch Qwen/Qwen2.5-0.5B, or put`,
  );
  expect(() => modelPath(folder, 'mine')).toThrow(/mine is not in .*: put its folder/);
});

it.each([
  '',
  '.',
  '..',
  '../x',
  'a/../b',
  '/etc',
  'a/b/c',
  'a//b',
  'a/',
  '.hidden',
  'a/.b',
  'a b',
  'a\\b',
  'ü',
  'x'.repeat(121),
])('takes %j for no name', (name) => {
  expect(() => modelPath(folder, name)).toThrow(/is no name of a model/);
});
