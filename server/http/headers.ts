import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Host } from './origin.ts';

function contentSecurityPolicy(nonce: string, host: string, development: boolean): string {
  const scripts = development ? "'self' 'unsafe-inline' 'unsafe-eval'" : `'self' 'nonce-${nonce}'`;
  return [
    "default-src 'self'",
    `script-src ${scripts}`,
    // Positions of tooltips and menus are inline styles.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws://${host} wss://${host}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Sets the security headers of an answer. Next takes the nonce for its own scripts from the request's policy header;
 * `x-nonce` is for the page's one inline script. `host` is parsed and checked: nothing else gets into the policy.
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  host: Host,
  development: boolean,
): void {
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy(nonce, host.text, development);
  request.headers['content-security-policy'] = policy;
  request.headers['x-nonce'] = nonce;
  const shared = request.url?.startsWith('/s/') ?? false;
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  // The address of a share link is its key: it must not travel to other sites, nor into a search engine.
  response.setHeader('Referrer-Policy', shared ? 'no-referrer' : 'same-origin');
  if (shared) response.setHeader('X-Robots-Tag', 'noindex, nofollow');
}
