import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** `[::1]:3000` → `::1`, `Lab.local:3000` → `lab.local`. */
function hostnameOf(host: string): string {
  const text = host.toLowerCase();
  if (text.startsWith('[')) return text.slice(1, text.indexOf(']'));
  return text.replace(/:\d*$/, '');
}

/**
 * Whether the Host header names this server. A page of another site that points its own name at this address (DNS
 * rebinding) is turned away; an address as such cannot be rebound.
 */
export function isAllowedHost(host: string | undefined, allowedHosts: readonly string[]): boolean {
  if (!host) return false;
  const name = hostnameOf(host);
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
  return name === hostname().toLowerCase() || allowedHosts.some((entry) => hostnameOf(entry) === name);
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
