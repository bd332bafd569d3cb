import { createHash, randomBytes } from 'node:crypto';
import type { PrismaClient, Share } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import type { EpisodeAddress, ShareInfo, ShareKind } from '../contract/views.ts';

/** What makes a link. */
export type NewShare = Pick<ShareInfo, 'kind' | 'runIds' | 'title' | 'query' | 'expiresAt'> &
  Partial<Pick<ShareInfo, 'reportId' | 'episode' | 'frozenAt' | 'episodes'>>;

export interface FrozenPart {
  part: string;
  /** JSON, deflated. */
  body: Uint8Array;
}

function toInfo({ tokenHash: _tokenHash, ...share }: Share): ShareInfo {
  return {
    ...share,
    kind: share.kind as ShareKind,
    createdAt: share.createdAt.getTime(),
    expiresAt: share.expiresAt.getTime(),
    frozenAt: share.frozenAt?.getTime() ?? null,
    episode: readEpisodeAddress(share.episode),
    revokedAt: share.revokedAt?.getTime() ?? null,
  };
}

function readEpisodeAddress(text: string | null): EpisodeAddress | null {
  const [runId = '', id = ''] = text?.split('/') ?? [];
  return text === null ? null : { runId, id };
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Read-only links. Their tokens have 256 random bits and are kept as hashes, so a stolen database opens nothing. */
export class ShareStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** `parts`: what a frozen link shows. Those of links that have ended make room. */
  async create(
    { expiresAt, frozenAt = null, episode = null, ...share }: NewShare,
    parts: readonly FrozenPart[] = [],
  ): Promise<{ token: string; share: ShareInfo }> {
    const token = randomBytes(32).toString('base64url');
    if (parts.length > 0)
      await this.#db.frozenPart.deleteMany({ where: { share: { expiresAt: { lte: new Date() } } } });
    const row = await this.#db.share.create({
      data: {
        ...share,
        id: randomBytes(9).toString('base64url'),
        tokenHash: hashToken(token),
        expiresAt: new Date(expiresAt),
        frozenAt: frozenAt === null ? null : new Date(frozenAt),
        episode: episode && `${episode.runId}/${episode.id}`,
        ...(parts.length > 0 && {
          parts: { create: parts.map(({ part, body }) => ({ part, body: new Uint8Array(body) })) },
        }),
      },
    });
    return { token, share: toInfo(row) };
  }

  /** Parts of a frozen link by name; those that it does not have are left out. */
  async parts(id: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
    // As text: PGlite takes ten times as long to hand bytes over.
    const rows = await this.#db.$queryRaw<{ part: string; body: string }[]>`
      SELECT "part", translate(encode("body", 'base64'), E'\n', '') AS "body" FROM "FrozenPart"
      WHERE "shareId" = ${id} AND "part" = ANY(${[...names]})`;
    return new Map(rows.map(({ part, body }) => [part, Buffer.from(body, 'base64')]));
  }

  /** Links that show a report as it is. */
  async liveOfReport(reportId: string): Promise<ShareInfo[]> {
    const now = new Date();
    const where = { reportId, frozenAt: null, revokedAt: null, expiresAt: { gt: now } };
    return (await this.#db.share.findMany({ where })).map(toInfo);
  }

  /** Newest first, ended ones included. */
  async list(): Promise<ShareInfo[]> {
    return (await this.#db.share.findMany({ orderBy: { createdAt: 'desc' } })).map(toInfo);
  }

  /** The share behind a token. One message for unknown, expired and revoked: AppError `not-found`. */
  async open(token: string): Promise<ShareInfo> {
    const row = await this.#db.share.findUnique({ where: { tokenHash: hashToken(token) } });
    if (!row || row.revokedAt !== null || row.expiresAt.getTime() <= Date.now())
      throw new AppError(
        'not-found',
        'This link does not exist, has expired or was revoked: ask for a new one',
      );
    return toInfo(row);
  }

  async countView(id: string): Promise<void> {
    await this.#db.share.update({ where: { id }, data: { views: { increment: 1 } } });
  }

  /** Throws AppError `not-found`. */
  async revoke(id: string): Promise<void> {
    const { count } = await this.#db.share.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0 && (await this.#db.share.count({ where: { id } })) === 0)
      throw new AppError('not-found', 'There is no such share');
    await this.#db.frozenPart.deleteMany({ where: { shareId: id } });
  }
}
