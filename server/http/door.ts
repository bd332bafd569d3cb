import type { IncomingMessage } from 'node:http';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';
import { allows } from '../contract/keys.ts';
import type { Visitor } from '../live/visitor.ts';
import { KEY_PREFIX } from '../store/keys.ts';
import { clientAddress, forwardedFor } from './client-address.ts';
import type { Keys } from './keys.ts';
import { isAllowedHost, isSameOrigin, parseHost } from './origin.ts';
import { SecretGate } from './secret-gate.ts';
import type { Sessions } from './session.ts';

/** Finds out who asks, at every door in the same way: pages, API and sockets. */
export class Door {
  readonly #config: Pick<ServerConfig, 'allowedHosts' | 'proxies'>;
  readonly #sessions: Sessions;
  readonly #keys: Keys;
  readonly #gate: SecretGate;

  /** `longestWaitMs`: see SecretGate. */
  constructor(
    config: Pick<ServerConfig, 'allowedHosts' | 'proxies'>,
    sessions: Sessions,
    keys: Keys,
    longestWaitMs?: number,
  ) {
    this.#config = config;
    this.#sessions = sessions;
    this.#keys = keys;
    this.#gate = new SecretGate((text) => sessions.isSecret(text), longestWaitMs);
  }

  /**
   * The owner shows the secret as `Authorization: Bearer <secret>` or as the password of `Basic`, or the cookie of a login;
   * programs show a key in place of the secret. Throws AppError `too-many`.
   */
  async identify(request: IncomingMessage): Promise<Visitor> {
    const { headers } = request;
    const address = clientAddress(request, this.#config.proxies);
    const owner: Visitor = {
      owner: true,
      scopes: ['admin'],
      key: null,
      bearer: false,
      session: null,
      address,
    };
    if (!this.#sessions.needed) return owner;
    const session = this.#sessions.find(headers);
    const shown = readAuthorization(headers.authorization);
    // A cookie of our own page says it all: a proxy's Authorization header beside it is not looked at.
    if (session && (!shown || isSameOrigin(headers, this.#config.allowedHosts))) return { ...owner, session };
    const nobody: Visitor = { ...owner, owner: session !== null, scopes: session ? ['admin'] : [], session };
    if (!shown) return nobody;
    // A browser may add a password by itself: only what is sent on purpose is beyond other sites.
    const bearer = !shown.byBrowser;
    const key = this.#keys.find(shown.secret);
    if (key)
      return {
        ...owner,
        owner: allows(key.scopes, 'admin'),
        scopes: key.scopes,
        key: { id: key.id, name: key.name },
        bearer,
        session,
      };
    if (shown.secret.startsWith(KEY_PREFIX)) return nobody;
    return (await this.isSecret(shown.secret, request)) ? { ...owner, bearer, session } : nobody;
  }

  /** The same for a socket, which only what may send a POST may open. Throws AppError `forbidden` too. */
  async identifySocket(request: IncomingMessage): Promise<Visitor> {
    const { allowedHosts } = this.#config;
    if (!isAllowedHost(parseHost(request.headers.host), allowedHosts))
      throw new AppError('forbidden', 'Not a name of this server: add it to HIPER_ALLOWED_HOSTS to allow it');
    if (!isSameOrigin(request.headers, allowedHosts))
      throw new AppError('forbidden', 'Requests from other sites are refused');
    return this.identify(request);
  }

  /** Whether somebody who came in as the owner, or may read what is his, may stay. */
  isStillOwner({ owner, scopes, key, session, bearer }: Visitor): boolean {
    if (key !== null) return allows(scopes, 'read') && this.#keys.isLive(key.id);
    return owner && (bearer || session === null || this.#sessions.isLive(session));
  }

  /** Throws AppError `too-many`. */
  isSecret(text: string, request: IncomingMessage): Promise<boolean> {
    return this.#gate.check(text, {
      address: clientAddress(request, this.#config.proxies),
      path: `${request.socket.remoteAddress} ${forwardedFor(request)}`,
    });
  }
}

/** The secret or key in an Authorization header; of `Basic` it is the password. */
function readAuthorization(header: string | undefined): { secret: string; byBrowser: boolean } | null {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) +(\S.*)$/i.exec(header ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return { secret: value, byBrowser: false };
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(value, 'base64').toString();
  return { secret: pair.slice(pair.indexOf(':') + 1), byBrowser: true };
}
