import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '../api/trpc.ts';

const COOKIE = 'hiper_session';
const SESSION_MS = 30 * 24 * 3600 * 1000;

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
 * Who asks: with a secret the owner shows it as `Authorization: Bearer <secret>`, or the cookie that logging in gave
 * out. A cookie holds its expiry and a signature only the secret can make, so changing the secret ends every session.
 */
export class Sessions {
  readonly #secret: string | undefined;

  constructor(secret: string | undefined) {
    this.#secret = secret;
  }

  get needed(): boolean {
    return this.#secret !== undefined;
  }

  actorOf(headers: IncomingHttpHeaders): Actor {
    if (this.#secret === undefined) return 'owner';
    return this.hasBearer(headers) || this.#hasCookie(headers) ? 'owner' : 'anonymous';
  }

  /** A request that no browser makes by itself, and so no other site through one. */
  hasBearer(headers: IncomingHttpHeaders): boolean {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && this.isSecret(token);
  }

  isSecret(text: string): boolean {
    return this.#secret !== undefined && sameText(text, this.#secret);
  }

  /** Value of a Set-Cookie header. `overTls` keeps the cookie off plain connections. */
  makeCookie(overTls: boolean): string {
    const expiry = Date.now() + SESSION_MS;
    const value = `${expiry}.${this.#sign(expiry)}`;
    return `${COOKIE}=${value}; Path=/; Max-Age=${SESSION_MS / 1000}; HttpOnly; SameSite=Lax${overTls ? '; Secure' : ''}`;
  }

  clearedCookie(): string {
    return `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`;
  }

  #hasCookie(headers: IncomingHttpHeaders): boolean {
    const [expiry, signature] = (readCookie(headers) ?? '').split('.', 2);
    if (!expiry || !signature || !(Number(expiry) > Date.now())) return false;
    return sameText(signature, this.#sign(Number(expiry)));
  }

  #sign(expiry: number): string {
    return createHmac('sha256', this.#secret ?? '')
      .update(`hiper session ${expiry}`)
      .digest('base64url');
  }
}
