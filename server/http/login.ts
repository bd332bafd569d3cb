import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { AppError } from '../contract/error.ts';
import type { Door } from './door.ts';
import { loginPage } from './login-page.ts';
import type { Sessions } from './session.ts';

const LONGEST_BODY_BYTES = 4096;
const FONT = join(import.meta.dirname, '../../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2');

/** Only a path of this server, so that a login link leads nowhere else. */
function safePath(next: string | null): string {
  return next && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/';
}

/** Null when it is too large; the rest is left unread then, so that the connection lives to be told. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/**
 * Whether a proxy in front says that the browser speaks TLS. Believed from anybody: all it decides is whether the
 * cookie of this very answer is kept off plain connections.
 */
function isOverTls(request: IncomingMessage): boolean {
  const [outermost = ''] = String(request.headers['x-forwarded-proto'] ?? '').split(',');
  return outermost.trim() === 'https';
}

/** Answers /login, /logout and what is below /login. Expects that the origin of a POST was checked. */
export class Login {
  readonly #sessions: Sessions;
  readonly #door: Door;

  constructor(sessions: Sessions, door: Door) {
    this.#sessions = sessions;
    this.#door = door;
  }

  async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === '/logout') return this.#logOut(request, response);
    if (url.pathname === '/login/geist.woff2') return sendFont(response);
    const next = safePath(url.searchParams.get('next'));
    if (!this.#sessions.needed) {
      response.writeHead(303, { Location: next }).end();
      return;
    }
    if (request.method === 'POST') return this.#logIn(request, response);
    sendPage(response, 200, next);
  }

  async #logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (!form) return sendPage(response, 413, '/', `A login takes ${LONGEST_BODY_BYTES} bytes at most`);
    const next = safePath(form.get('next'));
    try {
      if (!(await this.#door.isSecret(form.get('secret') ?? '', request)))
        return sendPage(response, 401, next, 'That is not the secret of this server');
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'too-many')) throw error;
      response.setHeader('Retry-After', error.retryAfterSeconds ?? 1);
      return sendPage(response, 429, next, error.message);
    }
    const cookie = this.#sessions.makeCookie(isOverTls(request));
    response.writeHead(303, { Location: next, 'Set-Cookie': cookie }).end();
  }

  /** Ends the session everywhere, then takes the cookie away. */
  async #logOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return sendPage(response, 405, '/', 'Log out with a POST request');
    response.setHeader('Set-Cookie', this.#sessions.clearedCookie());
    const session = this.#sessions.find(request.headers);
    try {
      if (session) await this.#sessions.end(session);
    } catch (error) {
      console.error(`[http] logout: ${(error as Error).message}`);
      const problem =
        'You are logged out here. The database did not answer, so after a restart the old cookie counts again: log in and out once more then.';
      return sendPage(response, 503, '/', problem);
    }
    response.writeHead(303, { Location: '/login' }).end();
  }
}

function sendPage(response: ServerResponse, status: number, next: string, problem = ''): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(loginPage(next, problem));
}

async function sendFont(response: ServerResponse): Promise<void> {
  const font = await readFile(FONT);
  response.writeHead(200, { 'Content-Type': 'font/woff2', 'Cache-Control': 'public, max-age=86400' });
  response.end(font);
}
