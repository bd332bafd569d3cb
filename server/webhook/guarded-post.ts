import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { AppError } from '../contract/error.ts';
import { isPublicAddress } from './public-address.ts';

export interface PostOptions {
  /** Hosts, with port or for all of their ports, that may lie inside a network. */
  allowedHosts: readonly string[];
  timeoutMs?: number;
  /** For tests: what names resolve to. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>;
}

const TIMEOUT_MS = 10_000;

/**
 * Posts JSON to an address that must not lead into a network that only this machine reaches. Every address that its name resolves to
 * is looked at, and the connection goes to these and no others, whatever the name says a moment later. No redirect is
 * followed, nothing of the answer but its status is read. Throws AppError `forbidden` for an address inside, `remote` for
 * everything else that goes wrong; neither says more of the address than its host, since its path may be a secret.
 */
export async function postGuarded(address: string, body: unknown, options: PostOptions): Promise<void> {
  const { allowedHosts, timeoutMs = TIMEOUT_MS, resolve = (name) => lookup(name, { all: true }) } = options;
  const url = new URL(address);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const hostname = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = await until(signal, resolveAll(hostname, resolve));
    const isAllowed = allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname);
    const inside = addresses.find((found) => !isPublicAddress(found.address));
    if (inside && !isAllowed)
      throw new AppError(
        'forbidden',
        `${url.host} is at ${inside.address}, which is not on the open internet: add ${url.host} to HIPER_WEBHOOK_HOSTS if it is meant`,
      );
    const status = await send(url, JSON.stringify(body), addresses, signal);
    if (status >= 300 && status < 400)
      throw new AppError('remote', `${url.host} redirects (status ${status}), which is not followed`);
    if (status < 200 || status >= 300)
      throw new AppError('remote', `${url.host} answers with status ${status}`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : (error as Error).message;
    throw new AppError('remote', `${url.host}: ${why}`, { cause: error });
  }
}

async function resolveAll(
  hostname: string,
  resolve: (hostname: string) => Promise<LookupAddress[]>,
): Promise<LookupAddress[]> {
  const family = isIP(hostname);
  const found = family === 0 ? await resolve(hostname) : [{ address: hostname, family }];
  if (found.length === 0) throw new Error('its name resolves to no address');
  return found;
}

/** The answer's status. */
function send(url: URL, text: string, addresses: LookupAddress[], signal: AbortSignal): Promise<number> {
  const pinned: LookupFunction = (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all) callback(null, addresses);
    else callback(null, first!.address, first!.family);
  };
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const posted = request(
      url,
      {
        method: 'POST',
        // A connection of its own: one that is kept open may have been made for another address.
        agent: false,
        lookup: pinned,
        signal,
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(text),
          'User-Agent': 'HiPER-Lab',
        },
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      },
    );
    posted.on('error', reject);
    posted.end(text);
  });
}

/** Resolving a name cannot be called off: nobody waits for it any longer, then. */
function until<T>(signal: AbortSignal, task: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    task.then(resolve, reject);
  });
}
