import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../contract/error.ts';
import { allows, type KeyScope, lacksScope } from '../contract/keys.ts';
import { readBody } from '../http/read-body.ts';
import type { Lab } from '../lab.ts';
import type { Visitor } from '../live/visitor.ts';
import { answerProxy, PROXY_SCOPES } from './artifact-proxy.ts';
import { ENDPOINTS } from './endpoints.ts';
import { type MlflowError, toMlflowError } from './errors.ts';

/** Everything that MLflow's clients ask for; of later versions of its API there is nothing here, which they are told. */
export const MLFLOW_PATH = /^\/api\/\d\.\d\/mlflow(?:-artifacts)?\//;

const REST = /^\/api\/2\.0\/mlflow\/(.+)$/;
const PROXY = /^\/api\/2\.0\/mlflow-artifacts\/artifacts(\/.*)?$/;

class Refusal extends Error {
  readonly error: MlflowError;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.error = { status, code, message };
  }
}

/** Answers a request of MLflow's REST API whose origin was checked, in MLflow's form whatever happens. */
export async function answerMlflow(
  lab: Lab,
  visitor: Visitor,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  response.setHeader('Cache-Control', 'no-store');
  try {
    const answer = await route(lab, visitor, request, url);
    if ('text' in answer) sendText(response, answer.text);
    else sendJson(response, 200, answer.json);
  } catch (error) {
    const known = error instanceof Refusal ? error.error : toMlflowError(error, lab.store.database.link);
    if (!known) console.error(`[mlflow] ${request.method} ${url.pathname}:`, error);
    const { status, code, message } = known ?? {
      status: 500,
      code: 'INTERNAL_ERROR',
      message: 'Something broke inside the server; its terminal says what',
    };
    // Of a body that is still coming nothing is read any more.
    if (!request.complete) response.setHeader('Connection', 'close');
    sendJson(response, status, { error_code: code, message });
  }
}

async function route(
  lab: Lab,
  visitor: Visitor,
  request: IncomingMessage,
  url: URL,
): Promise<{ json: object } | { text: string }> {
  const { method = 'GET' } = request;
  const proxied = PROXY.exec(url.pathname);
  if (proxied && method in PROXY_SCOPES) {
    requireScope(visitor, PROXY_SCOPES[method]!);
    const query = Object.fromEntries(url.searchParams);
    return answerProxy(lab, { method, path: proxied[1] ?? '', query, body: await readBody(request) });
  }
  const endpoint = ENDPOINTS[`${method} ${REST.exec(url.pathname)?.[1]}`];
  if (!endpoint)
    throw new Refusal(404, 'ENDPOINT_NOT_FOUND', `HiPER Lab does not know ${method} ${url.pathname}`);
  requireScope(visitor, endpoint.scope);
  const input = method === 'GET' ? readQuery(url) : parseJson(await readBody(request));
  return { json: await endpoint.answer(lab, input, visitor.key) };
}

function requireScope({ scopes }: Visitor, needed: KeyScope): void {
  if (allows(scopes, needed)) return;
  if (scopes.length === 0)
    throw new Refusal(
      401,
      'UNAUTHENTICATED',
      'This server wants a key: make one on its page Keys and set MLFLOW_TRACKING_TOKEN to it',
    );
  throw new Refusal(403, 'PERMISSION_DENIED', lacksScope(needed));
}

function readQuery(url: URL): object {
  return Object.fromEntries(url.searchParams);
}

/** Throws AppError `bad-input`. */
function parseJson(body: Buffer): unknown {
  const text = body.toString();
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = /\bNaN\b|Infinity/.test(text) ? '. JSON has no NaN and no Infinity: write "NaN"' : '';
    throw new AppError('bad-input', `The request is not JSON: ${(error as Error).message}${hint}`);
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** As a download in plain text: whatever it holds, no browser runs it here. */
function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Disposition': 'attachment',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
