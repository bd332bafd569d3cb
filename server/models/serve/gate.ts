import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isAllowedHost, isSameOrigin, parseHost } from '../../http/origin.ts';
import { Refusal } from './refusal.ts';

export interface GateOptions {
  /** Whoever asks has to show it as a bearer token; undefined: nobody has to. */
  key?: string | undefined;
  /** Names, beside addresses and localhost, under which the server may be asked. */
  allowedHosts: readonly string[];
}

/** Throws Refusal for what comes from a page of another site, under a name that is not ours, or without the key. */
export function checkRequest({ headers }: IncomingMessage, { key, allowedHosts }: GateOptions): void {
  if (!isAllowedHost(parseHost(headers.host), allowedHosts))
    throw new Refusal(421, 'Not a name of this server: add it to HIPER_ALLOWED_HOSTS to allow it');
  if (!isSameOrigin(headers, allowedHosts))
    throw new Refusal(403, 'Requests from pages of other sites are refused');
  if (key !== undefined && !isSame(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '', key))
    throw new Refusal(401, 'Send the key of this server: Authorization: Bearer KEY', {
      code: 'invalid_api_key',
    });
}

/** In a time that tells nothing of how much of it was right. */
function isSame(shown: string, key: string): boolean {
  const [a, b] = [shown, key].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
