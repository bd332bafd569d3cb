const BUCKETS = 1024;
/** So few tokens are sorted. */
const SORTED = 256;
const masses = new Float64Array(BUCKETS);
const counts = new Int32Array(BUCKETS);

/** The last token of a nucleus: those with a higher logit are in it too, and of those with the same the ones with a lower id. */
export interface NucleusEnd {
  logit: number;
  id: number;
}

/**
 * Where the nucleus ends: the fewest likeliest tokens whose weights together reach `goal` (of equals, those with lower ids). The same as
 * sorting all of them, without it: the stretch of logits that the end is in is divided into buckets until few tokens are left.
 * @param logits `[vocabulary]`
 * @param weights `[vocabulary]` that grow with the logits
 */
export function findNucleusEnd(logits: Float32Array, weights: Float64Array, goal: number): NucleusEnd {
  let candidates: Uint32Array | null = null; // null: all
  let count = logits.length;
  let above = 0;
  for (;;) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < count; i++) {
      const logit = logits[candidates ? (candidates[i] as number) : i] as number;
      if (logit < low) low = logit;
      if (logit > high) high = logit;
    }
    if (count <= SORTED || low === high) break;
    const scale = (BUCKETS - 1) / (high - low);
    masses.fill(0);
    counts.fill(0);
    for (let i = 0; i < count; i++) {
      const id = candidates ? (candidates[i] as number) : i;
      const bucket = Math.floor(((logits[id] as number) - low) * scale);
      masses[bucket] = (masses[bucket] as number) + (weights[id] as number);
      counts[bucket] = (counts[bucket] as number) + 1;
    }
    let bucket = BUCKETS - 1;
    // Sums may fall short of the goal by their last bit: then it is the lowest bucket.
    while (bucket > 0 && above + (masses[bucket] as number) < goal) {
      above += masses[bucket] as number;
      bucket--;
    }
    const next = new Uint32Array(counts[bucket] as number);
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const id = candidates ? (candidates[i] as number) : i;
      if (Math.floor(((logits[id] as number) - low) * scale) === bucket) next[kept++] = id;
    }
    candidates = next;
    count = kept;
  }
  const window = candidates
    ? candidates.subarray(0, count)
    : Uint32Array.from({ length: count }, (_, id) => id);
  window.sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b);
  let last = 0;
  for (;;) {
    above += weights[window[last] as number] as number;
    if (above >= goal || last === count - 1) break;
    last++;
  }
  const id = window[last] as number;
  return { logit: logits[id] as number, id };
}
