/** `3 runs, 2 at a time: about 8.5 min`. */
export function describeTogether({
  runs,
  seconds,
  slots,
}: {
  runs: number;
  seconds: number;
  slots: number;
}): string {
  return `${runs} runs, ${describeAtOnce(runs, slots)}: about ${formatRoughSeconds(seconds)}`;
}

/** How runs that are launched together share the slots: `2 at a time`. */
export function describeAtOnce(runs: number, slots: number): string {
  if (slots <= 1) return 'one after the other';
  return runs <= slots ? 'all at once' : `${slots} at a time`;
}

/** A duration as rough as an estimate is: `25 s`, `4.5 min`, `1.2 h`, `3 d`. */
export function formatRoughSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 10) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 60) return `${Math.round(seconds / 5) * 5} s`;
  const [value, unit] =
    seconds < 3600
      ? [seconds / 60, 'min']
      : seconds < 48 * 3600
        ? [seconds / 3600, 'h']
        : [seconds / 86_400, 'd'];
  return `${value < 10 ? Number((Math.round(value * 2) / 2).toFixed(1)) : Math.round(value)} ${unit}`;
}
