import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Lab } from '../lab.ts';
import { answerExport, EXPORT_PATH } from './export.ts';
import { setSecurityHeaders } from './headers.ts';
import { answerLogin } from './login.ts';
import { isAllowedHost, isSameOrigin } from './origin.ts';
import type { Sessions } from './session.ts';

/** Tells the tRPC route who asks; set here on every request, whatever it came with. */
export const ACTOR_HEADER = 'x-hiper-actor';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Open without a login: the link of a share, what pages are made of, and the API, which checks by procedure. */
const OPEN_PATHS = /^\/(s\/|_next\/static\/|api\/trpc\/|favicon\.ico$|icon)/;

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

/** The http server: checks every request, answers a few itself and leaves the pages to `pages`. */
export function createHttpServer(
  lab: Lab,
  sessions: Sessions,
  pages: Handler,
  options: { development: boolean },
): Server {
  const answer: Handler = async (request, response) => {
    const { allowedHosts } = lab.config;
    if (!isAllowedHost(request.headers.host, allowedHosts))
      return refuse(response, 421, 'Not a name of this server: add it to HIPER_ALLOWED_HOSTS to allow it');
    if (!URL.canParse(request.url ?? '', 'http://localhost')) return refuse(response, 400, 'Bad address');
    const url = new URL(request.url ?? '', 'http://localhost');
    setSecurityHeaders(request, response, options.development);

    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && request.method !== 'POST') return refuse(response, 405, 'Use GET or POST');
    const trusted = sessions.hasBearer(request.headers) || isSameOrigin(request.headers, allowedHosts);
    if (!reads && !trusted) return refuse(response, 403, 'Requests from other sites are refused');
    const json = /^application\/json\b/.test(request.headers['content-type'] ?? '');
    if (!reads && url.pathname.startsWith('/api/') && !json)
      return refuse(response, 415, 'Send JSON (Content-Type: application/json)');

    if (url.pathname === '/login' || url.pathname === '/logout')
      return answerLogin(request, response, url, sessions);
    const actor = sessions.actorOf(request.headers);
    request.headers[ACTOR_HEADER] = actor;
    if (actor !== 'owner' && !OPEN_PATHS.test(url.pathname)) return askForLogin(request, response, url);
    if (reads && EXPORT_PATH.test(url.pathname)) return answerExport(lab, response, url.pathname);
    return pages(request, response);
  };

  return createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      console.error(`[http] ${request.method} ${request.url}: ${error.stack}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Something broke inside the server; its terminal says what');
    });
  });
}

function askForLogin(request: IncomingMessage, response: ServerResponse, url: URL): void {
  if (request.headers.accept?.includes('text/html')) {
    const next = encodeURIComponent(`${url.pathname}${url.search}`);
    response.writeHead(303, { Location: `/login?next=${next}` }).end();
  } else refuse(response, 401, 'Log in first: send Authorization: Bearer <HIPER_SECRET>, or open /login');
}
