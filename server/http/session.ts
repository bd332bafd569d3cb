import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Bus } from '../live/bus.ts';
import type { Visitor } from '../live/visitor.ts';
import type { SessionStore } from '../store/sessions.ts';

const COOKIE = 'hiper_session';
const SESSION_MS = 30 * 24 * 3600 * 1000;
/** Another server of the same Postgres tells of a logout at once; this finds what got lost on the way. */
const RELOAD_MS = 15_000;

type Session = NonNullable<Visitor['session']>;

/** Equal in time that does not tell where they differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function readCookie(headers: IncomingHttpHeaders): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE && value) return value;
  }
  return null;
}

/**
 * Logins. A cookie holds an id, an expiry and a signature that only the secret can make, so changing the secret ends
 * every session. Logging out ends one: its id is stored, and kept in memory by every server, so that checking a cookie
 * needs no database.
 */
export class Sessions {
  readonly #secret: string | undefined;
  readonly #store: SessionStore;
  readonly #bus: Bus;
  #ended = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(secret: string | undefined, store: SessionStore, bus: Bus) {
    this.#secret = secret;
    this.#store = store;
    this.#bus = bus;
  }

  /** Learns which sessions have ended, now and from now on. Returns what stops that. */
  async open(): Promise<() => void> {
    if (this.#secret === undefined) return () => undefined;
    await this.#reload();
    const reloadLater = () => void this.#reload().catch(() => undefined); // without a database the next time
    const unsubscribe = this.#bus.subscribe((message) => {
      if (message.type === 'sessionEnded') this.#ended.add(message.sessionId);
      if (message.type === 'resync') reloadLater();
    });
    this.#timer = setInterval(reloadLater, RELOAD_MS).unref();
    return () => {
      clearInterval(this.#timer);
      unsubscribe();
    };
  }

  /** Without a secret everybody is the owner. */
  get needed(): boolean {
    return this.#secret !== undefined;
  }

  /** To be called by the one gate for secrets; see secret-gate.ts. */
  isSecret(text: string): boolean {
    return this.#secret !== undefined && sameText(text, this.#secret);
  }

  /** The live session of a request's cookie. */
  find(headers: IncomingHttpHeaders): Session | null {
    const [id = '', expiry = '', signature = ''] = (readCookie(headers) ?? '').split('.', 3);
    const session = { id, expiresAt: Number(expiry) };
    if (!this.#secret || !sameText(signature, this.#sign(id, expiry))) return null;
    return this.isLive(session) ? session : null;
  }

  isLive({ id, expiresAt }: Session): boolean {
    return expiresAt > Date.now() && !this.#ended.has(id);
  }

  /** Value of a Set-Cookie header. `overTls` keeps the cookie off plain connections. */
  makeCookie(overTls: boolean): string {
    const id = randomBytes(12).toString('base64url');
    const expiry = String(Date.now() + SESSION_MS);
    const value = `${id}.${expiry}.${this.#sign(id, expiry)}`;
    return `${COOKIE}=${value}; Path=/; Max-Age=${SESSION_MS / 1000}; HttpOnly; SameSite=Lax${overTls ? '; Secure' : ''}`;
  }

  clearedCookie(): string {
    return `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`;
  }

  /** Logs a session out, on every server and its open sockets too. Throws when it could not be stored. */
  async end(session: Session): Promise<void> {
    this.#ended.add(session.id);
    this.#bus.publish({ type: 'sessionEnded', sessionId: session.id });
    await this.#store.end(session.id, session.expiresAt);
  }

  /** Adds and never takes away: what has ended here stays so even if it could not be stored. */
  async #reload(): Promise<void> {
    for (const id of await this.#store.ended()) this.#ended.add(id);
  }

  #sign(id: string, expiry: string): string {
    return createHmac('sha256', this.#secret ?? '')
      .update(`hiper session ${id} ${expiry}`)
      .digest('base64url');
  }
}
