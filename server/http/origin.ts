import type { IncomingHttpHeaders } from 'node:http';
import { isIP, isIPv6 } from 'node:net';
import { hostname } from 'node:os';

/** A Host header taken apart. */
export interface Host {
  /** Lower case, without brackets and without a final dot. */
  name: string;
  /** As it may be written into a header or an address: brackets where needed, port where one was given. */
  text: string;
}

/** `[::1]:3000`, `Lab.local:3000`, `10.0.0.7`; null for anything that is not exactly a name or address and a port. */
export function parseHost(host: string | undefined): Host | null {
  const [, address, given = '', port] =
    /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?)\.?)(?::(\d{1,5}))?$/i.exec(
      host ?? '',
    ) ?? [];
  if (address !== undefined && !isIPv6(address)) return null;
  const name = (address ?? given).toLowerCase();
  if (name === '' || name.includes('..') || Number(port ?? 0) > 65_535) return null;
  const text = `${address === undefined ? name : `[${name}]`}${port === undefined ? '' : `:${port}`}`;
  return { name, text };
}

/**
 * Whether the Host header names this server. A page of another site that points its own name at this address (DNS
 * rebinding) is turned away; an address as such cannot be rebound.
 */
export function isAllowedHost(host: Host | null, allowedHosts: readonly string[]): host is Host {
  if (!host) return false;
  const { name } = host;
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
  return name === hostname().toLowerCase() || allowedHosts.some((entry) => parseHost(entry)?.name === name);
}

/** Whether a request comes from a page of this server, or from no browser at all. */
export function isSameOrigin(headers: IncomingHttpHeaders, allowedHosts: readonly string[]): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false; // also the opaque origin, 'null'
  const originHost = new URL(origin).host.toLowerCase();
  // A proxy that ends TLS may rewrite Host: then the public name is on the list.
  return originHost === host?.toLowerCase() || allowedHosts.includes(originHost);
}
