'use client';
import { useEffect, useRef } from 'react';
import { isTyping } from '../_list/use-list-keys.ts';

export const REPLAY_KEYS = [
  { key: 'j', does: 'next turn' },
  { key: 'k', does: 'previous turn' },
  { key: 'n', does: 'next segment' },
  { key: 'p', does: 'previous segment' },
  { key: 'f', does: 'next invalid action' },
  { key: 'e', does: 'first failure' },
] as const;
export type ReplayKey = (typeof REPLAY_KEYS)[number]['key'];

/** Does what a key stands for, unless somebody types. */
export function useReplayKeys(actions: Record<ReplayKey, () => void>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const action = latest.current[event.key as ReplayKey];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
