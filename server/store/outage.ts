/** SQLSTATEs that say "not now": of connections, of resources, of a server that stops, starts, or is only a standby. */
const AWAY = /^(08|53|57P0[1235]|25006|25P03)/;
/** Two transactions got in each other's way. */
const COLLISION = /^(40001|40P01|P2034)$/;
const SOCKET =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
/** Prisma's own: not reachable, timed out, closed, no connection free in time, transaction not begun or ended in time. */
const PRISMA = /^(P1001|P1002|P1008|P1017|P2024|P2028)$/;
/** Prisma's adapter has these words instead of a code. */
const KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
/** The driver gives these no code at all. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout e(xceeded|xpired)|timeout exceeded when trying to connect)/;

/** Whether an error only says that the database does not answer for now, so that the same thing may work later. */
export function isAway(error: unknown): boolean {
  return some(
    error,
    ({ code, originalCode, kind, message }) =>
      [code, originalCode].some((one) => AWAY.test(one) || SOCKET.test(one) || PRISMA.test(one)) ||
      KINDS.test(kind) ||
      WORDS.test(message),
  );
}

/** Whether the database itself asks for another try: two writers met. */
export function isCollision(error: unknown): boolean {
  return some(error, ({ code, originalCode }) => COLLISION.test(code) || COLLISION.test(originalCode));
}

/** The SQLSTATE, or another code, of what went wrong; `unknown` without one. */
export function codeOf(error: unknown): string {
  let found = 'unknown';
  some(error, ({ code, originalCode }) => {
    // Prisma wraps: what it wraps says more.
    found = originalCode || code || found;
    return false;
  });
  return found;
}

type Words = Record<'code' | 'originalCode' | 'kind' | 'message', string>;

/** Looks at an error and at everything that it says has caused it: by fields, since bundles hold second copies of classes. */
function some(error: unknown, test: (words: Words) => boolean, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  const { code, originalCode, kind, message } = error as Partial<Words>;
  if (test({ code: text(code), originalCode: text(originalCode), kind: text(kind), message: text(message) }))
    return true;
  const { cause, meta, driverAdapterError, errors } = error as Record<string, unknown>;
  const inner = [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : [])];
  return inner.some((next) => some(next, test, depth + 1));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
