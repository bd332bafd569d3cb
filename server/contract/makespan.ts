/** Seconds until the last of several runs ends, each taking up the first slot that is free, in their order. */
export function makespan(seconds: readonly number[], slots: number): number {
  const free = new Array<number>(Math.max(1, slots)).fill(0);
  for (const duration of seconds) {
    const next = free.indexOf(Math.min(...free));
    free[next] = (free[next] as number) + duration;
  }
  return Math.max(...free);
}
