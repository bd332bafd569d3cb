import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { presetConfig } from '../../../server/contract/presets.ts';
import { parseRunConfig } from '../../../server/contract/run-config.ts';
import { ModelExports } from '../../../server/jobs/model-exports.ts';
import type { RunRow } from '../../../server/store/runs.ts';
import { openTestEngine, trainRun } from '../models/export/trained-run.ts';

const data = mkdtempSync(join(tmpdir(), 'model-exports-'));
const folderOf = (id: string) => join(data, 'runs', id);
const exports = new ModelExports({ folderOf });

const run = (id: string, set: object = {}, lastCheckpoint: number | null = 2) =>
  ({
    id,
    name: 'Night run',
    config: parseRunConfig({ ...presetConfig('lm-tiny'), ...set }),
    lastCheckpoint,
  }) as RunRow;

beforeAll(async () => {
  const engine = await openTestEngine();
  const models = join(data, 'models');
  await trainRun(engine, { folder: folderOf('loraaa'), models });
  await trainRun(engine, { folder: folderOf('fullll'), models, set: { tuning: 'full' } });
});
afterAll(() => rmSync(data, { recursive: true }));

it('an adapter is offered with its size, and opens as the files of one folder', () => {
  const { folder, files, close } = exports.openAdapter(run('loraaa'));
  const written = files.map(({ parts }) => Buffer.concat([...parts()]).length);
  close();
  expect(folder).toBe('hiper-loraaa-adapter');
  expect(files.map(({ bytes }) => bytes)).toEqual(written);
  expect(exports.offer(run('loraaa'))).toEqual({
    kind: 'adapter',
    iteration: 2,
    bytes: written.reduce((sum, bytes) => sum + bytes, 0),
    problem: null,
  });
});

it('whole weights are offered to the terminal alone', () => {
  const full = run('fullll', { tuning: 'full' });
  expect(exports.offer(full)).toEqual({ kind: 'model', iteration: 2, bytes: null, problem: null });
  expect(() => exports.openAdapter(full)).toThrow(/has no adapter/);
});

it('what is not here is told in words, without a path', () => {
  const told = (row: RunRow) => exports.offer(row).problem;
  expect(told(run('absent', {}, null))).toBe('Night run has no checkpoint yet: wait for its first iteration');
  expect(told(run('absent'))).toMatch(
    /on the machine that trained it.*or run npm run model -- export absent --out hiper-absent there$/,
  );
  mkdirSync(folderOf('broken'), { recursive: true });
  writeFileSync(join(folderOf('broken'), 'checkpoint.safetensors'), 'not a checkpoint');
  expect(told(run('broken'))).toMatch(
    /^the folder of the run.checkpoint\.safetensors is not a readable safetensors/,
  );
});

it('the small policy is no language model', () => {
  const small = { ...run('loraaa'), config: presetConfig('tiny') };
  for (const ask of [() => exports.offer(small), () => exports.openAdapter(small)])
    expect(ask).toThrow('Night run trains the small policy, which is no language model');
});
