const QUIET_MS = 30_000;

let last = { text: '', at: Number.NEGATIVE_INFINITY };

/** Says on the terminal what keeps readers waiting: one line for all who meet the same trouble, not one each. */
export function complain(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  const now = performance.now();
  if (text === last.text && now - last.at < QUIET_MS) return;
  last = { text, at: now };
  console.error(`[live] ${text.trim()}; trying again`);
}
