/**
 * The smallest of `least` and up, in the steps 2ᵏ and 1.5 · 2ᵏ, that is at least `count`: few sizes, few compiled graphs, at most half
 * again as much as needed. `least` is a power of two.
 */
export function geometricSize(count: number, least: number): number {
  let power = least;
  while (power < count) power *= 2;
  const between = 0.75 * power;
  return between >= count && between >= least ? between : power;
}
