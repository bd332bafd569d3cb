import type { PrismaClient } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';

/** Artifacts of one run, and their bytes together. */
const MOST_ARTIFACTS = 1000;
const MOST_BYTES = 64_000_000;

/** Something in a folder of artifacts. */
export interface ArtifactEntry {
  /** From the root of the run's artifacts. */
  path: string;
  isFolder: boolean;
  /** Null for a folder. */
  bytes: number | null;
}

/** Texts that runs of other trainers have sent along. */
export class ArtifactStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** Stores or replaces a text. Throws AppError `bad-input` where a run would have too much. */
  async put(runId: string, path: string, text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    const others = await this.#db.artifact.aggregate({
      where: { runId, path: { not: path } },
      _count: true,
      _sum: { bytes: true },
    });
    if (others._count >= MOST_ARTIFACTS)
      throw new AppError('bad-input', `A run has at most ${MOST_ARTIFACTS} artifacts: delete some first`);
    if ((others._sum.bytes ?? 0) + bytes > MOST_BYTES)
      throw new AppError(
        'bad-input',
        `The artifacts of a run have at most ${MOST_BYTES / 1e6} MB together: delete some first`,
      );
    const where = { runId_path: { runId, path } };
    await this.#db.artifact.upsert({ where, create: { runId, path, bytes, text }, update: { bytes, text } });
  }

  /** Throws AppError `not-found`. */
  async read(runId: string, path: string): Promise<string> {
    const row = await this.#db.artifact.findUnique({ where: { runId_path: { runId, path } } });
    if (!row) throw new AppError('not-found', `Run ${runId} has no artifact ${path}`);
    return row.text;
  }

  /** What lies in a folder ('' is the root), in order; a file by its own path is a list of itself. */
  async list(runId: string, folder: string): Promise<ArtifactEntry[]> {
    const entries = new Map<string, ArtifactEntry>();
    const prefix = folder === '' ? '' : `${folder}/`;
    for (const { path, bytes } of await this.all(runId)) {
      if (path !== folder && !path.startsWith(prefix)) continue;
      const [name = ''] = path.slice(prefix.length).split('/');
      const isFile = path === folder || path === prefix + name;
      const entry = isFile ? path : prefix + name;
      entries.set(entry, { path: entry, isFolder: !isFile, bytes: isFile ? bytes : null });
    }
    return [...entries.values()];
  }

  /** All files of a run, in order. */
  async all(runId: string): Promise<{ path: string; bytes: number }[]> {
    return this.#db.artifact.findMany({
      where: { runId },
      select: { path: true, bytes: true },
      orderBy: { path: 'asc' },
    });
  }

  /** Removes a file, or a folder with all in it. */
  async remove(runId: string, path: string): Promise<void> {
    await this.#db.artifact.deleteMany({
      where: { runId, OR: [{ path }, { path: { startsWith: `${path}/` } }] },
    });
  }
}
