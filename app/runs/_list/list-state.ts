'use client';
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';

export const STATE_FILTERS = ['all', 'active', 'finished', 'failed', 'cancelled', 'archived'] as const;

/** Everything the list shows, in its URL. */
export const listParsers = {
  q: parseAsString.withDefault(''),
  state: parseAsStringLiteral(STATE_FILTERS).withDefault('all'),
  /** Column to sort by; a leading minus is descending. */
  sort: parseAsString.withDefault('-created'),
  /** Ids of the rows ticked. */
  sel: parseAsArrayOf(parseAsString).withDefault([]),
  /** Columns switched off. */
  hide: parseAsArrayOf(parseAsString).withDefault(['created', 'preset']),
};

export function useListView() {
  return useQueryStates(listParsers, { history: 'replace', throttleMs: 100 });
}
