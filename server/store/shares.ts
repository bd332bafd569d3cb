import { createHash, randomBytes } from 'node:crypto';
import type { PrismaClient, Share } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import type { ShareInfo, ShareKind } from '../contract/views.ts';

function toInfo({ tokenHash: _tokenHash, ...share }: Share): ShareInfo {
  return {
    ...share,
    kind: share.kind as ShareKind,
    createdAt: share.createdAt.getTime(),
    expiresAt: share.expiresAt.getTime(),
    revokedAt: share.revokedAt?.getTime() ?? null,
  };
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

  async create(
    share: Pick<ShareInfo, 'kind' | 'runIds' | 'title' | 'query' | 'expiresAt'>,
  ): Promise<{ token: string; share: ShareInfo }> {
    const token = randomBytes(32).toString('base64url');
    const row = await this.#db.share.create({
      data: {
        ...share,
        id: randomBytes(9).toString('base64url'),
        tokenHash: hashToken(token),
        expiresAt: new Date(share.expiresAt),
      },
    });
    return { token, share: toInfo(row) };
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
  }
}
