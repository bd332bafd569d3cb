import type { IncomingMessage } from 'node:http';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';
import type { Visitor } from '../live/visitor.ts';
import { clientAddress, forwardedFor } from './client-address.ts';
import { isAllowedHost, isSameOrigin, parseHost } from './origin.ts';
import { SecretGate } from './secret-gate.ts';
import type { Sessions } from './session.ts';

/** Finds out who asks, at every door in the same way: pages, API and sockets. */
export class Door {
  readonly #config: Pick<ServerConfig, 'allowedHosts' | 'proxies'>;
  readonly #sessions: Sessions;
  readonly #gate: SecretGate;

  /** `longestWaitMs`: see SecretGate. */
  constructor(
    config: Pick<ServerConfig, 'allowedHosts' | 'proxies'>,
    sessions: Sessions,
    longestWaitMs?: number,
  ) {
    this.#config = config;
    this.#sessions = sessions;
    this.#gate = new SecretGate((text) => sessions.isSecret(text), longestWaitMs);
  }

  /** The owner shows the secret as `Authorization: Bearer <secret>`, or the cookie of a login. Throws AppError `too-many`. */
  async identify(request: IncomingMessage): Promise<Visitor> {
    const { headers } = request;
    const address = clientAddress(request, this.#config.proxies);
    if (!this.#sessions.needed) return { owner: true, bearer: false, session: null, address };
    const session = this.#sessions.find(headers);
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    // A cookie of our own page says it all: a proxy's Authorization header beside it is not looked at.
    const asked = token !== undefined && !(session && isSameOrigin(headers, this.#config.allowedHosts));
    const bearer = asked && (await this.isSecret(token, request));
    return { owner: bearer || session !== null, bearer, session, address };
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

  /** Whether somebody who came in as the owner may stay. */
  isStillOwner({ owner, session, bearer }: Visitor): boolean {
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
