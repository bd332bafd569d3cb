import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { markOf } from '../../../server/ownership/identity.ts';
import { formatLease } from '../../../server/ownership/lease-file.ts';
import { makeDataFolder } from '../../../server/store/data-folder.ts';
import { POSTGRES_MAJOR } from '../../../server/store/embedded.ts';
import { lockFolder } from '../../../server/store/folder-lock.ts';
import { openDatabase, openMemoryDatabase } from '../../../server/store/open-database.ts';

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

const open = () => openDatabase({ databaseUrl: undefined, dataFolder: folder });
const isRoot = process.getuid?.() === 0;

/** Mounts a small file system in memory over the folder while something is tried. */
async function onMount(options: string, attempt: () => Promise<unknown>): Promise<void> {
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'hiper-test', folder]).status).toBe(0);
  try {
    await attempt();
  } finally {
    spawnSync('umount', ['-l', folder]);
  }
}

const canMount =
  isRoot && spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'x', tmpdir()]).status === 0;

describe('a data folder that cannot be used is named in one sentence:', { timeout: 240_000 }, () => {
  it('a file', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => makeDataFolder(file)).toThrow(`HIPER_DATA=${file} is a file: name a folder`);
    expect(() => makeDataFolder(join(file, 'data'))).toThrow('a part of this path is a file');
  });

  it('a directory where the lock belongs', async () => {
    mkdirSync(join(folder, 'server.lock'));
    await expect(open()).rejects.toThrow(
      `${join(folder, 'server.lock')} is a directory, where a lock file belongs: remove it`,
    );
  });

  it('the database of another Postgres', async () => {
    mkdirSync(join(folder, 'database'));
    writeFileSync(join(folder, 'database', 'PG_VERSION'), '16\n');
    await expect(open()).rejects.toThrow(
      `${join(folder, 'database')} holds a database of PostgreSQL 16, and this HiPER Lab embeds ${POSTGRES_MAJOR}: start it with the version of HiPER Lab that made it, or set HIPER_DATA to another folder`,
    );
    expect(() => readFileSync(join(folder, 'server.lock'))).toThrow('ENOENT');

    const { pglite, close } = await openMemoryDatabase();
    const rows = await pglite?.query<{ server_version: string }>('SHOW server_version');
    expect(rows?.rows[0]?.server_version).toMatch(new RegExp(`^${POSTGRES_MAJOR}\\.`));
    await close();
  });

  it.runIf(canMount)('one that cannot be written', async () => {
    await onMount('ro', () =>
      expect(open()).rejects.toThrow(
        `${folder} cannot be written (EROFS): allow it, or set HIPER_DATA to another folder`,
      ),
    );
  });

  const full = () =>
    expect(open()).rejects.toThrow(
      `The disk of ${folder} is full: make room, or set HIPER_DATA to another folder`,
    );

  it.runIf(canMount)('a full disk', () => onMount('size=8k', full));

  it.runIf(canMount)(
    'a disk that fills up in the middle of the first start, until there is room',
    async () => {
      await onMount('size=38m', async () => {
        await full();
        spawnSync('mount', ['-o', 'remount,size=200m', folder]);
        await (await open()).close();
      });
    },
  );

  it('a database that has lost a part', async () => {
    mkdirSync(join(folder, 'database', 'global'), { recursive: true });
    writeFileSync(join(folder, 'database', 'global', 'pg_control'), '');
    await expect(open()).rejects.toThrow('holds a database without its file PG_VERSION: restore it');
  });
});
