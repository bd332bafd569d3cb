import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { installedGpu } from '../../../../server/rl/tensor/tensorflow/installed.ts';

const main = fileURLToPath(new URL('../../../conformance/main.ts', import.meta.url));

/** A process of its own: the tests of TFJS need jasmine's globals and reset TFJS's engine again and again. */
const check = (...flags: string[]) => promisify(execFile)(process.execPath, [main, '--check', ...flags]);

it("passes TFJS's own backend tests but for the known failures", { timeout: 120_000 }, async () => {
  expect((await check()).stdout).toMatch(/^3\d{3} passed, \d failed/);
});

it.skipIf(installedGpu() === null)(
  'on the engine tensorflow, but for differences that are explained (skipped where it is not installed: npm run gpu:install -- --cpu)',
  { timeout: 300_000 },
  async () => {
    expect((await check('--engine', 'tensorflow')).stdout).toMatch(/^3[56]\d{2} passed, 2\d{2} failed/);
  },
);
