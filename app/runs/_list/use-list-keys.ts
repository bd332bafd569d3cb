'use client';
import { useState } from 'react';
import { useKeys } from '../../_keys/use-keys.ts';

/** What each does, for the list of shortcuts. */
export const LIST_KEYS = [
  { key: 'j', does: 'Next row' },
  { key: 'k', does: 'Previous row' },
  { key: 'x', does: 'Select or unselect the run' },
  { key: 'Enter', does: 'Open the row' },
  { key: 'c', does: 'Compare the selected runs' },
] as const;

export interface ListKeys {
  /** Rows in the order shown. */
  ids: readonly string[];
  scrollTo: (index: number) => void;
  toggle?: (id: string) => void;
  compare?: () => void;
}

/** Keys of a list: `j` and `k` move, `x` selects, `c` compares, Enter opens. Returns the row one is on. */
export function useListKeys({ ids, scrollTo, toggle, compare }: ListKeys): string | null {
  const [cursor, setCursor] = useState<string | null>(null);
  const move = (step: number) => {
    if (ids.length === 0) return;
    const at = cursor === null ? -1 : ids.indexOf(cursor);
    const next = Math.min(ids.length - 1, Math.max(0, at === -1 ? 0 : at + step));
    const id = ids[next]!;
    setCursor(id);
    scrollTo(next);
    // The row may have to be drawn first.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-run-link="${id}"]`)?.focus({ preventScroll: true }),
    );
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: toggle && (() => cursor && toggle(cursor)),
    c: compare,
  });
  return cursor;
}
