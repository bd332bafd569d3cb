/**
 * For `dynamic` and `lazy`: the script of what cannot be shown yet is fetched as soon as this one runs, beside the data that it will
 * show, and not only after it.
 */
export function ahead<T>(load: () => Promise<T>): () => Promise<T> {
  // A failure is told where it is waited for.
  if (typeof window !== 'undefined') load().catch(() => {});
  return load;
}
