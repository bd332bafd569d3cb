/** By the name of a key, or of two that are pressed one after the other: `g r`. */
export type KeyActions = Readonly<Record<string, (() => void) | undefined>>;

/** Longest time between the two keys of a pair. */
const PAIR_MS = 1500;

/** Reads keys one after the other: what each does, null where it stands for nothing. The first key of a pair does nothing yet. */
export function makeKeyReader(): (key: string, timeMs: number, actions: KeyActions) => (() => void) | null {
  let first: { key: string; timeMs: number } | null = null;
  return (key, timeMs, actions) => {
    const pair = first && timeMs - first.timeMs <= PAIR_MS ? actions[`${first.key} ${key}`] : undefined;
    const begins = !pair && Object.keys(actions).some((name) => name.startsWith(`${key} `));
    first = begins ? { key, timeMs } : null;
    return pair ?? (begins ? () => {} : (actions[key] ?? null));
  };
}
