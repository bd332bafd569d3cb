import { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { KEY_SCOPES, type KeyName, type KeyScope } from '../contract/keys.ts';
import {
  DROPPED_BODY_BYTES,
  LARGEST_BODY_BYTES,
  MOST_CALLS_AT_ONCE,
  MOST_CALLS_OF_GUEST,
} from '../contract/limits.ts';
import type { Lab } from '../lab.ts';
import { appRouter } from './root.ts';
import { type ApiContext, isAppError } from './trpc.ts';

/** Tell the API who asks and from where; the http server sets them on every request, whatever it came with. */
export const ACTOR_HEADER = 'x-hiper-actor';
export const ADDRESS_HEADER = 'x-hiper-address';
/** What the key of a program allows, with commas between; empty where none was shown. */
export const SCOPES_HEADER = 'x-hiper-scopes';
/** That key, as `writeKey` writes it; empty where none was shown. */
export const KEY_HEADER = 'x-hiper-key';

function tooLarge(): TRPCError {
  return new TRPCError({
    code: 'PAYLOAD_TOO_LARGE',
    message: `The request is larger than ${LARGEST_BODY_BYTES / 1e6} MB, the most that this server reads: send less at once`,
  });
}

/**
 * The same request, whose body ends in an error once it is too large. It is read only if a procedure asks for it. A connection
 * that is closed while its sender still sends is reset, which can lose the answer; so the rest is read and dropped, within
 * bounds. What is beyond them is left where it is: cancelling a body destroys its connection before the answer is sent.
 */
function withBoundedBody(request: Request): Request {
  if (!request.body) return request;
  const reader = request.body.getReader();
  // What the header says counts, and so does what comes, whatever it says.
  let bytes = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const said = Number(request.headers.get('content-length'));
        for (;;) {
          const { done, value } = await reader.read();
          if (done && bytes > LARGEST_BODY_BYTES) throw tooLarge();
          if (done) return controller.close();
          bytes += value.byteLength;
          if (Math.max(bytes, said) > DROPPED_BODY_BYTES) throw tooLarge();
          if (Math.max(bytes, said) <= LARGEST_BODY_BYTES) return controller.enqueue(value);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const { method, headers, signal, url } = request;
  return new Request(url, { method, headers, body, signal, duplex: 'half' } as RequestInit);
}

function readScopes(header: string | null): KeyScope[] {
  const words = (header ?? '').split(',');
  return KEY_SCOPES.filter((scope) => words.includes(scope));
}

/** A key for its header: names are in any script, headers are not. */
export function writeKey(key: KeyName | null): string {
  return key === null ? '' : `${key.id} ${encodeURIComponent(key.name)}`;
}

function readKey(header: string | null): KeyName | null {
  const [id, name = ''] = (header ?? '').split(' ');
  return id ? { id, name: decodeURIComponent(name) } : null;
}

/** Answers a request to /api/trpc that server/http/server.ts has checked. */
export function answerApi(request: Request, lab: Lab): Promise<Response> {
  const actor = request.headers.get(ACTOR_HEADER) === 'owner' ? 'owner' : 'anonymous';
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: withBoundedBody(request),
    router: appRouter,
    maxBatchSize: actor === 'owner' ? MOST_CALLS_AT_ONCE : MOST_CALLS_OF_GUEST,
    createContext: (): ApiContext => ({
      lab,
      actor,
      scopes: readScopes(request.headers.get(SCOPES_HEADER)),
      key: readKey(request.headers.get(KEY_HEADER)),
      address: request.headers.get(ADDRESS_HEADER) ?? '',
    }),
    responseMeta({ errors }) {
      const waits = errors.flatMap(({ cause }) => (isAppError(cause) && cause.retryAfterSeconds) || []);
      return {
        headers: {
          'Cache-Control': 'no-store',
          ...(waits.length > 0 && { 'Retry-After': String(Math.max(...waits)) }),
        },
      };
    },
    onError({ error, path }) {
      if (error.code === 'INTERNAL_SERVER_ERROR') console.error(`[api] ${path}:`, error.cause ?? error);
    },
  });
}
