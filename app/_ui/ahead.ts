const PAUSE_MS = 1000;
/** Longer than a server takes to start again. */
const MOST_TRIES = 60;

/** For `dynamic` and `lazy`: where the server is away for a moment, the script is fetched again. */
export function patiently<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    for (let tries = 1; ; tries++) {
      try {
        return await load();
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
}

/**
 * The same, and the script of what cannot be shown yet is fetched as soon as this one runs, beside the data that it will show, and
 * not only after it.
 */
export function ahead<T>(load: () => Promise<T>): () => Promise<T> {
  const wait = patiently(load);
  // A failure is told where it is waited for.
  if (typeof window !== 'undefined') wait().catch(() => {});
  return wait;
}
