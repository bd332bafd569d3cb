import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ACTOR_HEADER, ADDRESS_HEADER, KEY_HEADER, SCOPES_HEADER, writeKey } from '../api/answer.ts';
import { BUNDLE_IMPORT_PATH } from '../contract/bundle-paths.ts';
import { AppError } from '../contract/error.ts';
import { allows, lacksScope } from '../contract/keys.ts';
import type { Lab } from '../lab.ts';
import { answerMlflow, MLFLOW_PATH } from '../mlflow/answer.ts';
import { ADAPTER_PATH, answerAdapter } from './adapter-export.ts';
import { answerBundle, answerBundleImport, answerMayImport, BUNDLE_PATH } from './bundles.ts';
import type { Door } from './door.ts';
import { answerExport, EXPORT_PATH } from './export.ts';
import { setSecurityHeaders } from './headers.ts';
import { answerImport, IMPORT_PATH } from './import.ts';
import type { Login } from './login.ts';
import { answerOpenApi, OPENAPI_PATH } from './openapi.ts';
import { isAllowedHost, isSameOrigin, parseHost } from './origin.ts';

/** Tells the pages whether there is a session to log out of; set on every request, whatever it came with. */
const SESSION_HEADER = 'x-hiper-session';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Open without a login: the link of a share, what pages are made of, and the API, which checks by procedure. */
const OPEN_PATHS = /^\/(s\/|_next\/static\/|api\/trpc\/|favicon\.ico$|icon)/;
const LOGIN_PATHS = /^\/(login|logout|login\/geist\.woff2)$/;
const GUEST_PAGES = /^\/s\//;
/** What costs more than a file. */
const ASKED_BY_GUESTS = /^\/(s|api)\//;

/** An answer of which nothing was taken for so long is given up. */
const SLOWEST_READER_MS = 150_000;

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

export interface HttpParts {
  lab: Lab;
  door: Door;
  login: Login;
  /** Answers what the server does not answer itself: pages and the API. */
  pages: Handler;
  development: boolean;
}

/** The http server: checks every request, answers a few itself and leaves the rest to `pages`. */
export function createHttpServer({ lab, door, login, pages, development }: HttpParts): Server {
  const answer: Handler = async (request, response) => {
    const { allowedHosts } = lab.config;
    const host = parseHost(request.headers.host);
    if (!isAllowedHost(host, allowedHosts))
      return refuse(response, 421, 'Not a name of this server: add it to HIPER_ALLOWED_HOSTS to allow it');
    const path = request.url ?? '';
    if (!path.startsWith('/') || !URL.canParse(`http://localhost${path}`))
      return refuse(response, 400, 'Bad address: ask for a path that starts with /');
    const url = new URL(`http://localhost${path}`);
    setSecurityHeaders(request, response, host, development);

    const reads = request.method === 'GET' || request.method === 'HEAD';
    const isMlflow = MLFLOW_PATH.test(url.pathname);
    if (!reads && request.method !== 'POST' && !isMlflow) return refuse(response, 405, 'Use GET or POST');
    const visitor = await door.identify(request);
    const trusted = visitor.bearer || isSameOrigin(request.headers, allowedHosts);
    if (!reads && !trusted) return refuse(response, 403, 'Requests from other sites are refused');
    if (isMlflow) return answerMlflow(lab, visitor, request, response, url);
    const json = /^application\/json\b/.test(request.headers['content-type'] ?? '');
    if (url.pathname === IMPORT_PATH && !reads) return answerImport(lab, visitor, request, response);
    if (url.pathname === BUNDLE_IMPORT_PATH)
      return reads
        ? answerMayImport(lab, visitor, response, url)
        : answerBundleImport(lab, visitor, request, response);
    if (!reads && url.pathname.startsWith('/api/') && !json)
      return refuse(response, 415, 'Send JSON (Content-Type: application/json)');

    if (LOGIN_PATHS.test(url.pathname)) return login.answer(request, response, url);
    request.headers[ACTOR_HEADER] = visitor.owner ? 'owner' : 'anonymous';
    request.headers[SCOPES_HEADER] = visitor.key === null ? '' : visitor.scopes.join();
    request.headers[KEY_HEADER] = writeKey(visitor.key);
    request.headers[ADDRESS_HEADER] = visitor.address;
    request.headers[SESSION_HEADER] = visitor.session === null ? 'no' : 'yes';
    // Whatever a key may do, its program may know how.
    if (reads && url.pathname === OPENAPI_PATH && visitor.scopes.length > 0) return answerOpenApi(response);
    const mayRead = visitor.owner || allows(visitor.scopes, 'read');
    if (!mayRead && !OPEN_PATHS.test(url.pathname))
      return visitor.scopes.length > 0
        ? refuse(response, 403, lacksScope('read'))
        : askForLogin(request, response, url);
    // Bodies are read by the API alone, which bounds them; in development Next's own tools send some too.
    if (!reads && !url.pathname.startsWith('/api/') && !development)
      return refuse(response, 405, 'Pages take no POST');
    if (reads && BUNDLE_PATH.test(url.pathname)) return answerBundle(lab, request, response, url);
    if (reads && EXPORT_PATH.test(url.pathname)) return answerExport(lab, response, url.pathname);
    if (reads && ADAPTER_PATH.test(url.pathname)) return answerAdapter(lab, response, url.pathname);
    if (visitor.scopes.length > 0 || !ASKED_BY_GUESTS.test(url.pathname)) return pages(request, response);
    return lab.guests.serve(visitor.address, response, () =>
      GUEST_PAGES.test(url.pathname)
        ? lab.guests.page(visitor.address, () => pages(request, response))
        : pages(request, response),
    );
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      if (error instanceof AppError && error.code === 'too-many' && !response.headersSent) {
        response.setHeader('Retry-After', error.retryAfterSeconds ?? 1);
        return refuse(response, 429, error.message);
      }
      console.error(`[http] ${request.method} ${request.url}: ${error.stack}`);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'Something broke inside the server; its terminal says what');
    });
  });
  return server.setTimeout(SLOWEST_READER_MS);
}

function askForLogin(request: IncomingMessage, response: ServerResponse, url: URL): void {
  if (request.headers.accept?.includes('text/html')) {
    const next = encodeURIComponent(`${url.pathname}${url.search}`);
    response.writeHead(303, { Location: `/login?next=${next}` }).end();
  } else
    refuse(
      response,
      401,
      'Log in first: send Authorization: Bearer <HIPER_SECRET or a key that may read>, or open /login',
    );
}
