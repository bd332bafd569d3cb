'use client';
import { useState, useSyncExternalStore } from 'react';

/** The row of a chart under its crosshair; null: none. Only what shows it is rendered anew as it moves. */
export class Crosshair {
  #row: number | null = null;
  readonly #listeners = new Set<() => void>();

  get row(): number | null {
    return this.#row;
  }

  move = (row: number | null): void => {
    if (row === this.#row) return;
    this.#row = row;
    for (const listener of this.#listeners) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
}

/** One for a chart. */
export function useCrosshair(): Crosshair {
  const [crosshair] = useState(() => new Crosshair());
  return crosshair;
}

/** Position of the crosshair on the x axis, whose rows lie at `rows`; `mark` while there is none. */
export function useCrosshairX(
  crosshair: Crosshair,
  rows: readonly number[],
  mark: number | null,
): number | null {
  const row = useSyncExternalStore(
    crosshair.subscribe,
    () => crosshair.row,
    () => null,
  );
  return row === null ? mark : (rows[row] ?? null);
}
