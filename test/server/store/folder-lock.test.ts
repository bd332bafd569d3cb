import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markOf } from '../../../server/ownership/identity.ts';
import { formatLease } from '../../../server/ownership/lease-file.ts';
import { lockFolder } from '../../../server/store/folder-lock.ts';

const LOCK_SCRIPT = `
  import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../../server/store/folder-lock.ts'))};
  await lockFolder(process.argv[1]);
  console.log('locked');
  if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
`;
const args = (...more: string[]) => ['--input-type=module', '-e', LOCK_SCRIPT, folder, ...more];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hiper-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function otherServer(): Promise<ChildProcess> {
  const server = spawn(process.execPath, args('stay'), { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(server.stdout, 'data');
  return server;
}

describe('lockFolder', () => {
  it('turns a second process away and names the first', async () => {
    const first = await otherServer();
    await expect(lockFolder(folder)).rejects.toThrow(
      new RegExp(`${folder} is in use .*process ${first.pid} on ${hostname()}`),
    );
    // A killed owner does not block the next one.
    first.kill('SIGKILL');
    await once(first, 'exit');
    (await lockFolder(folder))();
  });

  it('is free again after its release', async () => {
    (await lockFolder(folder))();
    const second = spawnSync(process.execPath, args(), { encoding: 'utf8' });
    expect(second.stdout).toContain('locked');
    // That one ended without a release.
    (await lockFolder(folder))();
  });

  it('says for whom it waits, and for how long', async () => {
    const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
    const there = { ...markOf(1), place: 'a container', host: 'box-7', token: 'gone' };
    writeFileSync(join(folder, 'server.lock'), formatLease(there));
    const release = await lockFolder(folder, { periodMs: 1_000, renewMs: 100 });
    expect(lines.mock.calls.map(([line]) => line)).toEqual([
      `${folder} was left by process 1 on box-7, which cannot be seen from here: taking over in 1 s unless it shows a sign of life`,
    ]);
    release();
    lines.mockRestore();
  });
});
