import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { importBundle } from '../bundles/read-bundle.ts';
import { openBundle } from '../bundles/write-bundle.ts';
import { AppError, type ErrorCode } from '../contract/error.ts';
import { allows, lacksScope } from '../contract/keys.ts';
import type { Lab } from '../lab.ts';
import type { Visitor } from '../live/visitor.ts';

export const BUNDLE_PATH = /^\/api\/export\/([a-z0-9]{6,32})\.bundle\.tar\.gz$/;

const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-input': 400,
  'bad-file': 422,
  'not-found': 404,
  conflict: 409,
};

function answerJson(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}

/** Answers in JSON what goes wrong on purpose. */
async function explaining(response: ServerResponse, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const status = error instanceof AppError ? STATUS[error.code] : undefined;
    if (status === undefined || response.headersSent) throw error;
    answerJson(response, status, { message: (error as AppError).message });
  }
}

/** A run as a bundle for another installation, with its last checkpoint where `checkpoint=1` asks for it. */
export function answerBundle(
  lab: Lab,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  return explaining(response, async () => {
    const [, runId = ''] = BUNDLE_PATH.exec(url.pathname) ?? [];
    const run = await lab.store.runs.require(runId);
    const checkpoint = url.searchParams.get('checkpoint') === '1';
    const bundle = await openBundle(lab, run, { checkpoint, lab: request.headers.host ?? '' });
    response.writeHead(200, {
      'Content-Type': 'application/gzip',
      'Content-Disposition': `attachment; filename="hiper-${run.id}.bundle.tar.gz"`,
      'Cache-Control': 'no-store',
    });
    await pipeline(bundle, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  });
}

/** Imports of bundles need the scope that all imports do. */
const mayImport = ({ scopes }: Visitor) => allows(scopes, 'metrics');

async function refuseImport({ scopes }: Visitor, response: ServerResponse): Promise<void> {
  const message = 'Log in first, or send a key that may write metrics as Authorization: Bearer';
  if (scopes.length === 0) answerJson(response, 401, { message });
  else answerJson(response, 403, { message: lacksScope('metrics') });
}

/** Whether the bundle of a run would be taken in, before it is sent. */
export function answerMayImport(
  lab: Lab,
  visitor: Visitor,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!mayImport(visitor)) return refuseImport(visitor, response);
  return explaining(response, async () => {
    await lab.store.runs.requireNew(url.searchParams.get('run') ?? '');
    answerJson(response, 200, {});
  });
}

/** Takes in the bundle that is the body of a request; answers with the id that the run has here. */
export function answerBundleImport(
  lab: Lab,
  visitor: Visitor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!mayImport(visitor)) {
    response.setHeader('Connection', 'close');
    return refuseImport(visitor, response);
  }
  return explaining(response, async () => {
    // The rest of a bundle that is refused is read and dropped, so that its sender hears why.
    const body = Readable.from(request.iterator({ destroyOnReturn: false }));
    try {
      const { id } = await importBundle(lab, body);
      const concerned = [{ kind: 'run' as const, ids: [id], isNew: true }];
      lab.actions.record({ procedure: 'imports.bundle', key: visitor.key, concerned });
      answerJson(response, 200, { id });
    } finally {
      request.resume();
    }
  });
}
