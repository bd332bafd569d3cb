import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../../conformance/main.ts', import.meta.url));

it("passes TFJS's own backend tests but for the known failures", { timeout: 120_000 }, async () => {
  // A process of its own: the tests of TFJS need jasmine's globals and reset TFJS's engine again and again.
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--check']);
  expect(stdout).toMatch(/^3\d{3} passed, \d failed/);
});
