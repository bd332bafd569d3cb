import type { KeyInfo, KeyName, KeyScope } from '../contract/keys.ts';
import type { Bus } from '../live/bus.ts';
import { hashKey, KEY_PREFIX, type KeyStore, type StoredKey } from '../store/keys.ts';

/** Another server of the same Postgres tells of a change at once; this finds what got lost on the way. */
const RELOAD_MS = 15_000;
/** The last use is told to a minute. */
const USED_MS = 60_000;

/** Who shows a key. */
export interface KeyBearer extends KeyName {
  scopes: readonly KeyScope[];
}

const isLive = ({ expiresAt, revokedAt }: StoredKey) =>
  revokedAt === null && (expiresAt === null || expiresAt > Date.now());

/** The keys for programs, kept in memory by every server, so that a request with one needs no database. */
export class Keys {
  readonly #store: KeyStore;
  readonly #bus: Bus;
  #byHash = new Map<string, StoredKey>();
  /** Revoked here: stays so even if it could not be stored. */
  readonly #ended = new Set<string>();
  readonly #usedAt = new Map<string, number>();

  constructor(store: KeyStore, bus: Bus) {
    this.#store = store;
    this.#bus = bus;
  }

  /** Learns which keys there are, now and from now on. Returns what stops that. */
  async open(): Promise<() => void> {
    await this.#reload();
    const reloadLater = () => void this.#reload().catch(() => undefined); // without a database the next time
    const unsubscribe = this.#bus.subscribe((message) => {
      if (message.type === 'keyEnded') this.#ended.add(message.keyId);
      if (message.type === 'keysChanged' || message.type === 'resync') reloadLater();
    });
    const timer = setInterval(reloadLater, RELOAD_MS).unref();
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }

  /** The only time the key itself is told. */
  async create(
    input: Pick<KeyInfo, 'name' | 'scopes' | 'expiresAt'>,
  ): Promise<{ key: string; info: KeyInfo }> {
    const { key, stored } = await this.#store.create(input);
    this.#byHash.set(stored.keyHash, stored);
    this.#bus.publish({ type: 'keysChanged' });
    return { key, info: toInfo(stored) };
  }

  /** Newest first, ended ones included. */
  async list(): Promise<KeyInfo[]> {
    return (await this.#store.list()).map((key) => ({
      ...toInfo(key),
      lastUsedAt: Math.max(key.lastUsedAt ?? 0, this.#usedAt.get(key.id) ?? 0) || null,
    }));
  }

  /** Ends a key, on every server and its open sockets too. Throws AppError `not-found`. */
  async revoke(id: string): Promise<void> {
    await this.#store.revoke(id);
    this.#ended.add(id);
    this.#bus.publish({ type: 'keyEnded', keyId: id });
  }

  /** Who shows this text as a key; null where it is none that counts. */
  find(text: string): KeyBearer | null {
    if (!text.startsWith(KEY_PREFIX)) return null;
    const key = this.#byHash.get(hashKey(text));
    if (!key || !this.isLive(key.id)) return null;
    this.#noteUse(key.id);
    return { id: key.id, name: key.name, scopes: key.scopes };
  }

  isLive(id: string): boolean {
    const key = [...this.#byHash.values()].find((known) => known.id === id);
    return key !== undefined && isLive(key) && !this.#ended.has(id);
  }

  #noteUse(id: string): void {
    const now = Date.now();
    if (now - (this.#usedAt.get(id) ?? 0) < USED_MS) return;
    this.#usedAt.set(id, now);
    this.#store.used(id, now).catch(() => this.#usedAt.delete(id));
  }

  async #reload(): Promise<void> {
    const keys = await this.#store.list();
    this.#byHash = new Map(keys.map((key) => [key.keyHash, key]));
  }
}

function toInfo({ keyHash: _keyHash, ...info }: StoredKey): KeyInfo {
  return info;
}
