import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestEngine, trainRun } from './trained-run.ts';

const data = mkdtempSync(join(tmpdir(), 'export-command-'));
const run = join(data, 'runs', 'bcdfgh');

/** Runs the command as a user does. */
function model(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['server/models/cli.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, HIPER_ENGINE: 'onnxruntime', HIPER_DATA: data, HIPER_MODELS: '' },
  });
  return { status, stdout, stderr };
}

beforeAll(async () => {
  await trainRun(await openTestEngine(), { folder: run, models: join(data, 'models') });
});
afterAll(() => rmSync(data, { recursive: true }));

describe('npm run model -- export', { timeout: 90_000 }, () => {
  it('writes the adapter of a run by its id, which then lets the model answer', () => {
    const out = join(data, 'adapter');
    expect(model('export', 'bcdfgh', '--out', out, '--name', 'Night run')).toEqual({
      status: 0,
      stdout: `${out}: the adapter for tiny-random after iteration 2; its README.md says how to open it\n`,
      stderr: '',
    });
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('- Run: Night run\n');
    const answer = model('tiny-random', 'look', '--adapter', out, '--max-tokens', '2', '--json');
    expect(JSON.parse(answer.stdout).ids.length).toBe(2);
  });

  it('writes the whole model of a folder, which then answers alone', () => {
    const out = join(data, 'merged');
    expect(model('export', run, '--out', out, '--merged', '--type', 'BF16')).toMatchObject({
      status: 0,
      stdout: `${out}: the model from tiny-random after iteration 2; its README.md says how to open it\n`,
    });
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('- Run: bcdfgh\n');
    const answer = model(out, 'look', '--max-tokens', '2', '--json');
    expect(JSON.parse(answer.stdout).ids.length).toBe(2);
  });

  it('says what is wrong and exits with 2 for arguments, 1 for runs', () => {
    const out = join(data, 'none');
    expect(model('export', 'bcdfgh')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/give one run and a folder/),
    });
    expect(model('export', 'bcdfgh', '--out', out, '--type', 'F16')).toMatchObject({
      status: 2,
      stderr: '--type F16: choose one of F32, BF16\n',
    });
    expect(model('export', 'zzzzzz', '--out', out)).toMatchObject({
      status: 1,
      stderr: `zzzzzz: neither a folder nor a run of ${data}; set HIPER_DATA to the server's data folder\n`,
    });
    expect(existsSync(out)).toBe(false);
  });
});
