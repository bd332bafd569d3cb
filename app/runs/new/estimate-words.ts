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
