import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey, PrismaClient } from '../../prisma/generated/client.ts';
import { AppError } from '../contract/error.ts';
import type { KeyInfo, KeyScope } from '../contract/keys.ts';

/** What every key begins with, so that it is known for one wherever it turns up. */
export const KEY_PREFIX = 'hiper_';

/** A key as the store has it. */
export interface StoredKey extends KeyInfo {
  /** SHA-256 of the key itself. */
  keyHash: string;
}

function toKey(row: ApiKey): StoredKey {
  return {
    ...row,
    scopes: row.scopes as KeyScope[],
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt?.getTime() ?? null,
    lastUsedAt: row.lastUsedAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
  };
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Keys for programs. They have 256 random bits and are kept as hashes, so a stolen database opens nothing. */
export class KeyStore {
  readonly #db: PrismaClient;

  constructor(db: PrismaClient) {
    this.#db = db;
  }

  /** The only time the key itself is told. */
  async create(
    input: Pick<KeyInfo, 'name' | 'scopes' | 'expiresAt'>,
  ): Promise<{ key: string; stored: StoredKey }> {
    const key = KEY_PREFIX + randomBytes(32).toString('base64url');
    const row = await this.#db.apiKey.create({
      data: {
        id: randomBytes(9).toString('base64url'),
        name: input.name,
        keyHash: hashKey(key),
        scopes: input.scopes,
        expiresAt: input.expiresAt === null ? null : new Date(input.expiresAt),
      },
    });
    return { key, stored: toKey(row) };
  }

  /** Newest first, ended ones included. */
  async list(): Promise<StoredKey[]> {
    const rows = await this.#db.apiKey.findMany({ orderBy: { createdAt: 'desc' } });
    return rows.map(toKey);
  }

  async used(id: string, time: number): Promise<void> {
    await this.#db.apiKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(time) } });
  }

  /** Throws AppError `not-found`. */
  async revoke(id: string): Promise<void> {
    const { count } = await this.#db.apiKey.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (count === 0 && (await this.#db.apiKey.count({ where: { id } })) === 0)
      throw new AppError('not-found', 'There is no such key');
  }
}
