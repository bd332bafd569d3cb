import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

/** `::ffff:10.0.0.1` → `10.0.0.1`; of IPv6 the network, since everybody has 2^64 addresses in theirs. */
function normalize(address: string): string {
  const text = address
    .trim()
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(text)) return text;
  const [head = '', tail] = text.replace(/%.*$/, '').split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...new Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/**
 * The address a request comes from. X-Forwarded-For can be written by anybody, so it counts only where `proxies` of
 * our own stand in front (HIPER_PROXIES): each appends whom it was asked by, and only the last `proxies` entries are
 * theirs.
 */
export function clientAddress(request: IncomingMessage, proxies: number): string {
  const direct = normalize(request.socket.remoteAddress ?? '');
  if (proxies === 0) return direct;
  const chain = forwardedFor(request)
    .split(',')
    .map((entry) => entry.trim());
  const claimed = chain[Math.max(0, chain.length - proxies)] ?? '';
  return isIP(claimed) === 0 ? direct : normalize(claimed);
}

/** The header as it came, joined where there are several. */
export function forwardedFor(request: IncomingMessage): string {
  return String(request.headers['x-forwarded-for'] ?? '');
}
