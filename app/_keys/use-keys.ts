'use client';
import { useEffect, useRef } from 'react';
import { type KeyActions, makeKeyReader } from './key-reader.ts';

/** Where single letters are text, not commands. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest(
        'input:not([type=checkbox], [type=range]), textarea, select, [role=dialog], [role=menu], [role=listbox]',
      ) !== null)
  );
}

/** Does what a key stands for anywhere on the page, unless somebody types. `first`: before any other that listens, which then does not hear of it. */
export function useKeys(actions: KeyActions, { first = false } = {}): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const read = makeKeyReader();
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const action = read(event.key, event.timeStamp, latest.current);
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey, first);
    return () => document.removeEventListener('keydown', onKey, first);
  }, [first]);
}
