import { AppError } from '../contract/error.ts';

/** Where a page begins: what `nextToken` of the page before it said. Throws AppError `bad-input`. */
export function readToken(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  if (/^\d{1,9}$/.test(token)) return Number(token);
  throw new AppError('bad-input', `page_token: ${token} is none of this server: leave it out`);
}

/** A page of a list, with the token of the next one where there is one. */
export function pageOf<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
): { items: T[]; next: { next_page_token?: string } } {
  const from = readToken(token);
  const isLast = from + size >= items.length;
  return {
    items: items.slice(from, from + size),
    next: isLast ? {} : { next_page_token: String(from + size) },
  };
}
