import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../server/store/folder-lock.ts';

const LOCK_SCRIPT = `
  import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../../server/store/folder-lock.ts'))};
  lockFolder(process.argv[1]);
  console.log('locked');
  if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
`;
const args = (folder: string, ...more: string[]) => [
  '--input-type=module',
  '-e',
  LOCK_SCRIPT,
  folder,
  ...more,
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hiper-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('lockFolder', () => {
  it('turns a second process away and names the first', async () => {
    const first = spawn(process.execPath, args(folder, 'stay'), { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(first.stdout, 'data');
    expect(() => lockFolder(folder)).toThrow(new RegExp(`in use .*process ${first.pid}`));

    // A killed owner does not block the next one.
    first.kill('SIGKILL');
    await once(first, 'exit');
    lockFolder(folder)();
  });

  it('is free again after its release', () => {
    lockFolder(folder)();
    const second = spawnSync(process.execPath, args(folder), { encoding: 'utf8' });
    expect(second.stdout).toContain('locked');
  });

  it('does not take another process with the same id for the owner', () => {
    writeFileSync(
      join(folder, 'server.lock'),
      JSON.stringify({ pid: process.ppid, identity: 'another life' }),
    );
    const release = lockFolder(folder);
    expect(JSON.parse(readFileSync(join(folder, 'server.lock'), 'utf8')).pid).toBe(process.pid);
    release();
  });
});
