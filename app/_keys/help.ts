const listeners = new Set<() => void>();

/** The list of shortcuts: asked for anywhere, shown by the top bar. */
export const help = {
  ask: () => {
    for (const show of listeners) show();
  },
  /** Returns what ends it. */
  onAsk(show: () => void): () => void {
    listeners.add(show);
    return () => void listeners.delete(show);
  },
};
