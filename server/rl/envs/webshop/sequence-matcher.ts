/** Longer second texts ignore their commonest characters (difflib's "autojunk"). */
const AUTOJUNK_LENGTH = 200;

/**
 * Characters that difflib's SequenceMatcher counts as matching: the longest common block, earliest on ties, then the same to its
 * left and right. Works on code points.
 */
export function matchingCharacters(first: string, second: string): number {
  const [a, b] = [Array.from(first), Array.from(second)];
  const places = new Map<string, number[]>();
  b.forEach((character, j) => {
    const list = places.get(character);
    if (list) list.push(j);
    else places.set(character, [j]);
  });
  if (b.length >= AUTOJUNK_LENGTH) {
    const limit = Math.floor(b.length / 100) + 1;
    for (const [character, list] of places) if (list.length > limit) places.delete(character);
  }
  let total = 0;
  const open: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [aLow, aHigh, bLow, bHigh] = span;
    const [i, j, size] = longestMatch(a, b, places, span);
    if (size === 0) continue;
    total += size;
    if (aLow < i && bLow < j) open.push([aLow, i, bLow, j]);
    if (i + size < aHigh && j + size < bHigh) open.push([i + size, aHigh, j + size, bHigh]);
  }
  return total;
}

function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [aLow, aHigh, bLow, bHigh]: readonly [number, number, number, number],
): [number, number, number] {
  let [bestI, bestJ, bestSize] = [aLow, bLow, 0];
  /** Length of the match that ends just before each place of `b`, for the character of `a` before; 0 elsewhere. */
  let lengths = new Uint32Array(b.length + 1);
  let next = new Uint32Array(b.length + 1);
  for (let i = aLow; i < aHigh; i++) {
    for (const j of places.get(a[i]!) ?? []) {
      if (j < bLow) continue;
      if (j >= bHigh) break;
      const size = lengths[j]! + 1;
      next[j + 1] = size;
      if (size > bestSize) [bestI, bestJ, bestSize] = [i - size + 1, j - size + 1, size];
    }
    [lengths, next] = [next, lengths];
    next.fill(0);
  }
  // Ignored characters may stand beside the match, not begin one.
  while (bestI > aLow && bestJ > bLow && a[bestI - 1] === b[bestJ - 1]) {
    [bestI, bestJ, bestSize] = [bestI - 1, bestJ - 1, bestSize + 1];
  }
  while (bestI + bestSize < aHigh && bestJ + bestSize < bHigh && a[bestI + bestSize] === b[bestJ + bestSize])
    bestSize++;
  return [bestI, bestJ, bestSize];
}
