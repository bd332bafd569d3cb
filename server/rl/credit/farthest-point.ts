import { AppError } from '../../contract/error.ts';

/**
 * Greedy farthest-point choice (StraTA, arXiv 2605.06642; spec/credit-methods.md 1.5): from `start` on, always the vector
 * whose largest cosine to the chosen ones is smallest; the first of equals. Returns `keep` indices in the order of choice.
 *
 * @param vectors of unit length.
 * @throws AppError `bad-input` unless 1 <= keep <= vectors and `start` is one of them.
 */
export function farthestPoints(vectors: readonly Float64Array[], keep: number, start = 0): number[] {
  if (keep < 1 || keep > vectors.length || !vectors[start])
    throw new AppError(
      'bad-input',
      `cannot keep ${keep} of ${vectors.length} vectors from vector ${start} on`,
    );
  const chosen = [start];
  const nearest = vectors.map((vector) => cosine(vector, vectors[start]!));
  while (chosen.length < keep) {
    let next = -1;
    for (let i = 0; i < vectors.length; i++)
      if (!chosen.includes(i) && (next < 0 || nearest[i]! < nearest[next]!)) next = i;
    chosen.push(next);
    vectors.forEach((vector, i) => {
      nearest[i] = Math.max(nearest[i]!, cosine(vector, vectors[next]!));
    });
  }
  return chosen;
}

/** Mean cosine over all pairs of unit vectors; not a number with fewer than two. */
export function meanCosine(vectors: readonly Float64Array[]): number {
  let sum = 0;
  vectors.forEach((vector, i) => {
    for (const other of vectors.slice(i + 1)) sum += cosine(vector, other);
  });
  return sum / ((vectors.length * (vectors.length - 1)) / 2);
}

function cosine(a: Float64Array, b: Float64Array): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += a[i]! * b[i]!;
  return dot;
}
