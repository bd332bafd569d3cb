'use client';
import { useSyncExternalStore } from 'react';

/** Below Tailwind's `sm`. */
const NARROW = '(width < 40rem)';

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** Whether the page is as narrow as a phone; on the server it is not. What styles can do is left to them. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(NARROW).matches,
    () => false,
  );
}
