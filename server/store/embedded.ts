import { existsSync, fsyncSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { AppError } from '../contract/error.ts';

/** The major version of Postgres inside PGlite: a database of another one cannot be opened. */
export const POSTGRES_MAJOR = 18;

/**
 * Opens, or makes, the embedded database in a folder that this process owns. Throws AppError `conflict` for another version's,
 * `bad-file` for a damaged one.
 */
export async function openPglite(folder: string): Promise<PGlite> {
  if (existsSync(join(folder, 'PG_VERSION'))) requireVersion(folder);
  else await makeDatabase(folder);
  return start(folder);
}

/** All or nothing: whatever interrupts it, the next start finds no half-made database. */
async function makeDatabase(folder: string): Promise<void> {
  if (existsSync(join(folder, 'global', 'pg_control')))
    throw new AppError(
      'bad-file',
      `${folder} holds a database without its file PG_VERSION: restore it from a backup, or set HIPER_DATA to another folder`,
    );
  const draft = `${folder}.new`;
  for (const leftover of [draft, folder]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(draft);
  const pglite = await start(draft);
  await pglite.close();
  // What makes a new database syncs nothing; commits on top of files that a power cut may empty would be worth nothing.
  await syncFolder(draft);
  renameSync(draft, folder);
  await syncEntry(dirname(folder));
}

async function start(folder: string): Promise<PGlite> {
  const said: string[] = [];
  try {
    return await PGlite.create({
      fs: new SyncingNodeFS(folder),
      startParams: START_PARAMS,
      onStderr: (text) => said.push(text) > 0,
    });
  } catch (error) {
    // PGlite's own message hardly ever says why; Postgres has.
    const last = said.findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line)) ?? '';
    if (error instanceof Error && last !== '') error.message += `: ${last.trim()}`;
    throw error;
  }
}

function requireVersion(folder: string): void {
  const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  if (version === String(POSTGRES_MAJOR)) return;
  throw new AppError(
    'conflict',
    `${folder} holds a database of PostgreSQL ${version || '(unreadable)'}, and this HiPER Lab embeds ${POSTGRES_MAJOR}: start it with the version of HiPER Lab that made it, or set HIPER_DATA to another folder`,
  );
}

/**
 * PGlite starts Postgres with fsync off, and its file system for Node ignores a sync. Here both are on, by the one call that reaches
 * the disk (fdatasync is empty there). A commit by itself does not wait for the disk: see `Durable`.
 */
const START_PARAMS = [
  ...PGlite.defaultStartParams.filter((flag) => flag !== '-F'),
  ...['-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', 'synchronous_commit=off'],
];

interface NodeFileSystem {
  stream_ops: { fsync?: (stream: { nfd: number }) => number };
  /** Turns errors of Node into those that Postgres understands. */
  tryFSOperation<T>(operation: () => T): T;
}

/** PGlite's file system on a folder, with an fsync. */
class SyncingNodeFS extends NodeFS {
  override async init(...args: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(...args);
    const addSync = (module: unknown) => {
      const { NODEFS } = module as { NODEFS: NodeFileSystem };
      NODEFS.stream_ops.fsync = ({ nfd }) => {
        NODEFS.tryFSOperation(() => fsyncSync(nfd));
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}

/** Writes a folder with everything in it to disk. */
async function syncFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true });
  for (const name of [...entries, '.']) await syncEntry(join(folder, name));
}

async function syncEntry(path: string): Promise<void> {
  try {
    const file = await open(path, 'r');
    await file.sync().finally(() => file.close());
  } catch (error) {
    // Windows and some network file systems sync no directories, and keep names by themselves.
    if (!statSync(path).isDirectory() || (error as NodeJS.ErrnoException).code === 'EIO') throw error;
  }
}

type Work<T> = Parameters<typeof PGlite.prototype.transaction<T>>[0];

/**
 * PGlite as the Prisma adapter uses it, but what it has acknowledged survives a power cut. Commits go to memory first; then one sync
 * serves all that are waiting, so that ten runs that write at once wait for the disk once. pg-boss works past this: its jobs
 * are made anew at every start.
 */
export class Durable {
  readonly #pglite: PGlite;
  /** A sync that has been asked for and has not begun. */
  #next: Promise<void> | null = null;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  query: PGlite['query'] = async (text, values, options) => {
    const result = await this.#pglite.query(text, values, options);
    if (!/^\s*SELECT\b/i.test(text)) await this.#sync();
    return result as never;
  };

  exec: PGlite['exec'] = async (text, options) => {
    const results = await this.#pglite.exec(text, options);
    await this.#sync();
    return results;
  };

  async transaction<T>(work: Work<T>): Promise<T> {
    const result = await this.#pglite.transaction(work);
    await this.#sync();
    return result;
  }

  /** Resolves when everything committed so far is on disk. */
  #sync(): Promise<void> {
    // Whatever is committed until this transaction has its turn is served by it.
    this.#next ??= this.#pglite.transaction(async (tx) => {
      this.#next = null;
      // An empty message in the log, with the one flag that makes Postgres write and sync all that is before it.
      await tx.query(`SELECT pg_logical_emit_message(false, '', '', true)`);
    });
    return this.#next;
  }
}
