/** Numerical Recipes' LCG: whoever plays at random must cost next to nothing beside what is measured. Returns 0 … choices - 1. */
export function makeChooser(seed: number): (choices: number) => number {
  let state = seed >>> 0;
  return (choices) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * choices);
  };
}
