import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Sessions } from './session.ts';

const LONGEST_BODY_BYTES = 4096;
const ATTEMPTS_PER_MINUTE = 10;

/** A page without scripts: it works before anything else is allowed to load. */
function loginPage(next: string, problem: string): string {
  const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in · HiPER Lab</title>
<style>
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
  body { display: grid; place-items: center; min-height: 100vh; margin: 0 }
  form { width: min(20rem, 90vw); display: grid; gap: .75rem }
  h1 { font-size: 1.1rem; margin: 0 } p { margin: 0 }
  input, button { font: inherit; padding: .5rem .6rem; border-radius: 6px; border: 1px solid #8888 }
</style>
<form method="post" action="/login">
  <h1>HiPER Lab</h1>
  <label for="secret">Secret (HIPER_SECRET of this server)</label>
  <input id="secret" name="secret" type="password" autocomplete="current-password" required autofocus>
  <input type="hidden" name="next" value="${escapeHtml(next)}">
  ${problem === '' ? '' : `<p role="alert">${escapeHtml(problem)}</p>`}
  <button>Log in</button>
</form></html>`;
}

/** Only a path of this server, so that a login link leads nowhere else. */
function safePath(next: string | null): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > LONGEST_BODY_BYTES) return new URLSearchParams();
  }
  return new URLSearchParams(body);
}

/** Attempts of the last minute by address: guessing a 16-character secret this way takes longer than there is time. */
class Attempts {
  readonly #times = new Map<string, number[]>();

  allow(address: string): boolean {
    const now = Date.now();
    const recent = (this.#times.get(address) ?? []).filter((time) => now - time < 60_000);
    if (recent.length >= ATTEMPTS_PER_MINUTE) return false;
    if (this.#times.size > 10_000) this.#times.clear();
    this.#times.set(address, [...recent, now]);
    return true;
  }
}

const attempts = new Attempts();

function sendPage(response: ServerResponse, status: number, next: string, problem = ''): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(loginPage(next, problem));
}

/** Answers /login and /logout. Expects that the origin of a POST was checked. */
export async function answerLogin(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  sessions: Sessions,
): Promise<void> {
  const overTls = request.headers['x-forwarded-proto'] === 'https';
  if (url.pathname === '/logout') {
    if (request.method !== 'POST') return sendPage(response, 405, '/', 'Log out with a POST request');
    response.writeHead(303, { Location: '/login', 'Set-Cookie': sessions.clearedCookie() }).end();
    return;
  }
  const next = safePath(url.searchParams.get('next'));
  if (!sessions.needed) {
    response.writeHead(303, { Location: next }).end();
    return;
  }
  if (request.method !== 'POST') return sendPage(response, 200, next);
  if (!attempts.allow(request.socket.remoteAddress ?? ''))
    return sendPage(response, 429, next, 'Too many attempts: wait a minute');
  const form = await readForm(request);
  const target = safePath(form.get('next'));
  if (!sessions.isSecret(form.get('secret') ?? ''))
    return sendPage(response, 401, target, 'That is not the secret of this server');
  response.writeHead(303, { Location: target, 'Set-Cookie': sessions.makeCookie(overTls) }).end();
}
