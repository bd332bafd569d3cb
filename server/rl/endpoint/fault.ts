import { APIConnectionError, APIError } from 'openai';
import { cleanText } from '../../contract/text.ts';

/** What went wrong with one question. */
export interface Fault {
  /** For people, behind the name of the endpoint. */
  text: string;
  /** Whether it may go well the next time. */
  passes: boolean;
  /** The endpoint has too many questions: it is no fault of this one. */
  isRateLimit: boolean;
  /** How long the endpoint asks to be left alone; null where it does not say. */
  waitMs: number | null;
}

/** An answer that came and is none. */
export class Nonsense extends Error {}

const LONGEST_SAID = 400;
/** Beside 5xx: time-out, conflict, too early, too many. */
const PASSING = [408, 409, 425, 429];

/** What an error of the client says; `isLate`: the time was up. */
export function faultOf(error: unknown, isLate: boolean, timeoutSeconds: number): Fault {
  const passing = { passes: true, isRateLimit: false, waitMs: null };
  if (isLate) return { ...passing, text: `gave no answer within ${timeoutSeconds} s` };
  const root = rootOf(error);
  if (root instanceof Nonsense || root instanceof SyntaxError)
    return { ...passing, text: `answered what is no chat completion: ${said(root.message)}` };
  if (error instanceof APIError && error.status !== undefined) return refusalFault(error, error.status);
  if (error instanceof APIConnectionError)
    return { ...passing, text: `cannot be reached: ${said(root.message)}` };
  return { ...passing, text: `broke off: ${said(root.message)}` };
}

function refusalFault(error: APIError, status: number): Fault {
  const passes = PASSING.includes(status) || status >= 500;
  const hint =
    status === 401 || status === 403 ? ' (its key belongs into HIPER_ENDPOINT_KEYS of the server)' : '';
  const words = said(error.message.replace(new RegExp(`^${status} `), ''));
  return {
    text: `answered ${status}${hint}: ${words}`,
    passes,
    isRateLimit: status === 429,
    waitMs: passes ? retryAfterMs(error.headers, Date.now()) : null,
  };
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date; null where neither can be read. */
export function retryAfterMs(headers: Headers | undefined, now: number): number | null {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(exact)) return Math.max(0, exact);
  const text = headers?.get('retry-after') ?? '';
  const ms = /^\s*[\d.]+\s*$/.test(text) ? Number.parseFloat(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** The error at the bottom: what a socket said, not that a connection failed. */
function rootOf(error: unknown): Error {
  let root = error instanceof Error ? error : new Error(String(error));
  while (root.cause instanceof Error) root = root.cause;
  return root;
}

function said(text: string): string {
  return cleanText(text.replace(/\s+/g, ' ').trim(), LONGEST_SAID);
}
