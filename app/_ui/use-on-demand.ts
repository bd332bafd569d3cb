'use client';
import { useState } from 'react';
import { patiently } from './ahead.ts';
import { later } from './later.ts';

/** For `useOnDemand`, outside of components: fetches the script after the content, so that it is there by the time somebody wants it. */
export function onDemand<T>(load: () => Promise<T>): () => Promise<T> {
  if (typeof window !== 'undefined') later(load)().catch(() => {});
  return patiently(load);
}

/** What is loaded, once it was asked for, and how to ask for it. */
export function useOnDemand<T>(load: () => Promise<T>): [loaded: T | null, ask: () => void] {
  const [loaded, setLoaded] = useState<T | null>(null);
  return [loaded, () => void load().then((part) => setLoaded(() => part))];
}
