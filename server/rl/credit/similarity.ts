/**
 * Similarity of two texts in [0, 1]: 2 M / (|a| + |b|), M = characters in the blocks found by taking the longest common
 * substring and repeating to its left and right (Ratcliff and Obershelp, 1988), with the shortcut of Python's difflib that
 * the reference uses: in a `b` of 200 characters or more, characters that make up over 1 % of it start no block.
 */
export function matchRatio(a: string, b: string): number {
  if (a === b) return 1;
  const left = Array.from(a);
  const right = Array.from(b);
  const positions = indexCharacters(right);
  let matched = 0;
  const open: [number, number, number, number][] = [[0, left.length, 0, right.length]];
  for (let range = open.pop(); range; range = open.pop()) {
    const [aStart, aEnd, bStart, bEnd] = range;
    const { i, j, size } = longestMatch(left, right, positions, range);
    if (size === 0) continue;
    matched += size;
    open.push([aStart, i, bStart, j], [i + size, aEnd, j + size, bEnd]);
  }
  return (2 * matched) / (left.length + right.length);
}

function indexCharacters(text: readonly string[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  text.forEach((character, j) => {
    const list = positions.get(character);
    if (list) list.push(j);
    else positions.set(character, [j]);
  });
  if (text.length >= 200) {
    const popular = Math.floor(text.length / 100) + 1;
    for (const [character, list] of positions) if (list.length > popular) positions.delete(character);
  }
  return positions;
}

/** Longest block that starts with an indexed character, the earliest in a, then in b; grown over popular neighbours. */
function longestMatch(
  a: readonly string[],
  b: readonly string[],
  positions: ReadonlyMap<string, readonly number[]>,
  [aStart, aEnd, bStart, bEnd]: readonly [number, number, number, number],
): { i: number; j: number; size: number } {
  let best = { i: aStart, j: bStart, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aStart; i < aEnd; i++) {
    const next = new Map<number, number>();
    for (const j of positions.get(a[i]!) ?? []) {
      if (j < bStart) continue;
      if (j >= bEnd) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { i: i - size + 1, j: j - size + 1, size };
    }
    lengths = next;
  }
  let { i, j, size } = best;
  while (i > aStart && j > bStart && a[i - 1] === b[j - 1]) {
    i--;
    j--;
    size++;
  }
  while (i + size < aEnd && j + size < bEnd && a[i + size] === b[j + size]) size++;
  return { i, j, size };
}
