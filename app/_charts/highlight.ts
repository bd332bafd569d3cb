'use client';
import { useSyncExternalStore } from 'react';

/** Ids of what the reader points at: a run, or a group with its runs. Lines, lists and tables of a page light up together. */
let pointedAt: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/** Lights up these ids everywhere; none: nothing stands out. */
export function highlight(ids: readonly string[]): void {
  if (ids.length === pointedAt.size && ids.every((id) => pointedAt.has(id))) return;
  pointedAt = new Set(ids);
  for (const listener of listeners) listener();
}

/** Calls back on every change; returns what ends it. */
export function subscribeHighlight(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** `lit` and `dimmed` stand out and back while something is pointed at; else everything is `plain`. */
export type Emphasis = 'lit' | 'dimmed' | 'plain';

/** How something that stands for these ids shows now. */
export function emphasisOf(ids: readonly string[]): Emphasis {
  if (pointedAt.size === 0) return 'plain';
  return ids.some((id) => pointedAt.has(id)) ? 'lit' : 'dimmed';
}

/** Whether a row that stands for these ids is lit. Only rows that change are rendered again. */
export function useIsLit(ids: readonly string[]): boolean {
  return useSyncExternalStore(
    subscribeHighlight,
    () => emphasisOf(ids) === 'lit',
    () => false,
  );
}

/** For an element that lights up `ids` while the pointer or the focus is in it. */
export function highlightProps(ids: readonly string[]) {
  return {
    onPointerEnter: () => highlight(ids),
    onPointerLeave: () => highlight([]),
    onFocus: () => highlight(ids),
    onBlur: () => highlight([]),
  };
}
