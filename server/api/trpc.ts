import { initTRPC, type TRPCProcedureType as ProcedureType, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import type { AppError, ErrorCode } from '../contract/error.ts';
import { allows, type KeyName, type KeyScope, lacksScope } from '../contract/keys.ts';
import { MOST_CALLS_AT_ONCE, MOST_CALLS_OF_GUEST } from '../contract/limits.ts';
import type { Lab } from '../lab.ts';
import { losesName, readAction } from './action-rules.ts';

/** Who asks. Without HIPER_SECRET everybody who reaches the server is its owner. */
export type Actor = 'owner' | 'anonymous';

export interface ApiContext {
  lab: Lab;
  actor: Actor;
  /** What the key of a program allows; absent: none was shown. */
  scopes?: readonly KeyScope[];
  /** That key. */
  key?: KeyName | null;
  /** Of whoever asks; '' for calls inside the process. */
  address?: string;
}

/** Who may call a procedure: the owner and keys; and where a share link's token counts, whoever has that. */
export type Access = 'owner' | 'admin' | 'link' | 'owner or link';

/** What the documents of the API say of a procedure; see server/openapi. */
export interface ProcedureMeta {
  summary?: string;
  access?: Access;
}

const TRPC_CODES: Record<ErrorCode, TRPCError['code']> = {
  'bad-input': 'BAD_REQUEST',
  'bad-file': 'UNPROCESSABLE_CONTENT',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  forbidden: 'FORBIDDEN',
  'too-many': 'TOO_MANY_REQUESTS',
  unsupported: 'NOT_IMPLEMENTED',
  'not-finite': 'UNPROCESSABLE_CONTENT',
  remote: 'BAD_GATEWAY',
  internal: 'INTERNAL_SERVER_ERROR',
};

/** By name and not by class: Next's module graph holds a second copy of the class. */
export function isAppError(error: unknown): error is AppError {
  return error instanceof Error && error.name === 'AppError' && 'code' in error;
}

/** `field: what is wrong`, one after the other. */
function zodMessage(error: ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
}

const t = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    errorFormatter({ shape, error }) {
      const { stack: _stack, ...data } = shape.data;
      const cause = error.cause;
      if (error.message === 'Batch call exceeds maximum size')
        return {
          ...shape,
          message: `At most ${MOST_CALLS_AT_ONCE} calls in one request, ${MOST_CALLS_OF_GUEST} with a share link: send several`,
          data,
        };
      if (cause instanceof ZodError) return { ...shape, message: zodMessage(cause), data };
      // What nobody threw on purpose may hold paths or SQL: it goes to the terminal, not to the browser.
      if (error.code === 'INTERNAL_SERVER_ERROR' && !isAppError(cause))
        return { ...shape, message: 'Something broke inside the server; its terminal says what', data };
      return { ...shape, data };
    },
  });

export const router = t.router;

const procedure = t.procedure.use(async ({ ctx, next }) => {
  const result = await next();
  if (!result.ok && isAppError(result.error.cause)) {
    const { code, message } = result.error.cause;
    throw new TRPCError({
      code: TRPC_CODES[code] ?? 'INTERNAL_SERVER_ERROR',
      message,
      cause: result.error.cause,
    });
  }
  const { link } = ctx.lab.store.database;
  if (!result.ok && link.lost(result.error.cause))
    throw new TRPCError({
      code: 'SERVICE_UNAVAILABLE',
      message: 'The database does not answer. Nothing is lost: trainers wait for it. Try again in a moment',
    });
  return result;
});

/** The share link in an input that nobody has checked yet. */
function linkOf(input: unknown): string {
  const token = typeof input === 'object' && input !== null && 'token' in input ? input.token : '';
  return typeof token === 'string' ? token.slice(0, 100) : '';
}

/** For everybody, e.g. with a share token; guests have a budget. */
export const publicProcedure = procedure.meta({ access: 'link' }).use(async ({ ctx, next, getRawInput }) => {
  if (ctx.actor === 'owner' || ctx.scopes?.length) return next();
  const link = linkOf(await getRawInput());
  return ctx.lab.guests.read({ address: ctx.address ?? '', link }, next);
});

/** Throws TRPCError where neither the owner asks nor a key that allows it. */
export function requireScope({ actor, scopes = [] }: ApiContext, needed: KeyScope): void {
  if (actor === 'owner' || allows(scopes, needed)) return;
  if (scopes.length === 0)
    throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Log in first: open /login on this server' });
  throw new TRPCError({ code: 'FORBIDDEN', message: lacksScope(needed) });
}

/** The scope that a key needs: `read` for what only looks, and `control` for the rest. */
export function scopeFor(access: Exclude<Access, 'link'>, type: ProcedureType): KeyScope {
  if (access === 'admin') return 'admin';
  return type === 'query' ? 'read' : 'control';
}

/** What changes something, and does not fail, is recorded. */
const recorded = t.middleware(async ({ ctx, type, path, next, getRawInput }) => {
  if (type !== 'mutation') return next();
  const { actions } = ctx.lab;
  const input = await getRawInput();
  const before = await actions.look(losesName(path, input));
  const result = await next();
  if (result.ok) actions.record({ ...readAction(path, input, result.data), key: ctx.key ?? null, before });
  return result;
});

/** For the owner of the server, and keys. */
export const ownerProcedure = procedure
  .meta({ access: 'owner' })
  .use(({ ctx, type, next }) => {
    requireScope(ctx, scopeFor('owner', type));
    return next();
  })
  .use(recorded);

/** For the owner; a key needs `admin`. */
export const adminProcedure = procedure
  .meta({ access: 'admin' })
  .use(({ ctx, type, next }) => {
    requireScope(ctx, scopeFor('admin', type));
    return next();
  })
  .use(recorded);
