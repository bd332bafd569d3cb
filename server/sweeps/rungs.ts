/** A step of successive halving: so many configurations are trained up to this iteration. */
export interface Rung {
  configurations: number;
  iterations: number;
}

/**
 * The rungs of successive halving (Jamieson and Talwalkar 2016): all configurations begin with a small share of the iterations, the
 * best 1/eta of each rung (rounded down, at least one) go on to eta times as many, and the last rung is the full number. None is
 * shorter than `least` iterations: where the first would be, there are fewer rungs.
 */
export function planRungs(
  configurations: number,
  iterations: number,
  { eta, least }: { eta: number; least: number },
): Rung[] {
  const counts = [configurations];
  while (counts.at(-1)! > 1) counts.push(Math.max(1, Math.floor(counts.at(-1)! / eta)));
  const lengths = counts
    .map((_, index) => Math.round(iterations / eta ** (counts.length - 1 - index)))
    .filter((length) => length >= least && length >= 1 && length < iterations);
  // As many rungs as there are lengths, each longer than the one before.
  const distinct = [...new Set([...lengths, iterations])];
  return distinct.map((length, index) => ({ configurations: counts[index]!, iterations: length }));
}

/** Iterations that are trained for all rungs: what goes on does not begin anew. */
export function iterationsOf(rungs: readonly Rung[]): number {
  return rungs.reduce(
    (sum, { configurations, iterations }, index) =>
      sum + configurations * (iterations - (rungs[index - 1]?.iterations ?? 0)),
    0,
  );
}
