'use client';
import { type RefObject, useEffect, useRef, useState } from 'react';

export interface ListKeys {
  /** Rows in the order shown. */
  ids: readonly string[];
  scrollTo: (index: number) => void;
  toggle?: (id: string) => void;
  compare?: () => void;
  help?: () => void;
  filterBox: RefObject<HTMLInputElement | null>;
}

/** Where single letters are text, not commands. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest(
        'input:not([type=checkbox], [type=range]), textarea, select, [role=dialog], [role=menu], [role=listbox]',
      ) !== null)
  );
}

/** Keys of a list: `/` filter, `j` and `k` move, `x` select, `c` compare, Enter open, `?` help. Returns the row one is on. */
export function useListKeys(keys: ListKeys): string | null {
  const [cursor, setCursor] = useState<string | null>(null);
  const latest = useRef({ keys, cursor });
  latest.current = { keys, cursor };
  useEffect(() => {
    const move = (step: number) => {
      const { ids, scrollTo } = latest.current.keys;
      if (ids.length === 0) return;
      const at = latest.current.cursor === null ? -1 : ids.indexOf(latest.current.cursor);
      const next = Math.min(ids.length - 1, Math.max(0, at === -1 ? 0 : at + step));
      const id = ids[next]!;
      setCursor(id);
      scrollTo(next);
      // The row may have to be drawn first.
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>(`[data-run-link="${id}"]`)?.focus({ preventScroll: true }),
      );
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const { keys, cursor } = latest.current;
      const actions: Record<string, (() => void) | undefined> = {
        '/': () => keys.filterBox.current?.focus(),
        j: () => move(1),
        k: () => move(-1),
        x: keys.toggle && (() => cursor && keys.toggle?.(cursor)),
        c: keys.compare,
        '?': keys.help,
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return cursor;
}
