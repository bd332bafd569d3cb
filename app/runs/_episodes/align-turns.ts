import type { EpisodeBody } from '../../../server/contract/episode.ts';
import { stateKeys } from './turn-state.ts';

/** A row of two episodes side by side: places among their turns, null where one has none. */
export interface AlignedRow {
  a: number | null;
  b: number | null;
  /** They see the same here. */
  isSame: boolean;
  /** From here on they go different ways, or are together again; `touch`: they are in one state again and leave it by other ways. */
  mark: 'part' | 'meet' | 'touch' | null;
}

/** A pair of turns counts for more where they also do the same. */
const SAME_STATE = 2;
const SAME_ACTION = 3;
/** Larger tables take too long: then what is between a common beginning and a common end is not aligned. */
const MOST_CELLS = 9_000_000;

/** One episode alone: a row a turn. */
export function rowsOfOne(turns: number): AlignedRow[] {
  return Array.from({ length: turns }, (_, place) => ({ a: place, b: null, isSame: true, mark: null }));
}

/**
 * Aligns two episodes as a diff does: the common subsequence of states (see `stateKeys`) that weighs most, its turns side by side; what
 * is between two of them stands side by side from the top.
 */
export function alignTurns(a: EpisodeBody, b: EpisodeBody): AlignedRow[] {
  const rows: AlignedRow[] = [];
  const put = (placeA: number | null, placeB: number | null, isSame: boolean) =>
    rows.push({ a: placeA, b: placeB, isSame, mark: null });
  let [nextA, nextB] = [0, 0];
  const fill = (toA: number, toB: number) => {
    while (nextA < toA || nextB < toB) put(nextA < toA ? nextA++ : null, nextB < toB ? nextB++ : null, false);
  };
  for (const [placeA, placeB] of matchesOf(a, b)) {
    fill(placeA, placeB);
    put(nextA++, nextB++, true);
  }
  fill(a.turns.length, b.turns.length);
  markRows(rows, a, b);
  return rows;
}

/** Where they go on differently: another action, or another state; and where they are in one state again. */
function markRows(rows: AlignedRow[], a: EpisodeBody, b: EpisodeBody): void {
  let together = true;
  for (const row of rows) {
    const isPair = row.isSame && row.a !== null && row.b !== null;
    const doesSame = isPair && a.turns[row.a!]!.action === b.turns[row.b!]!.action;
    if (row.isSame && !together) row.mark = doesSame ? 'meet' : 'touch';
    else if (together && !doesSame) row.mark = 'part';
    together = doesSame;
  }
}

/** Pairs of turns in the same state, in order. */
function matchesOf(a: EpisodeBody, b: EpisodeBody): [number, number][] {
  const [keysA, keysB] = [stateKeys(a), stateKeys(b)];
  const isSame = (i: number, j: number) => keysA[i] === keysB[j];
  const doesSame = (i: number, j: number) => a.turns[i]!.action === b.turns[j]!.action;
  let start = 0;
  const shorter = Math.min(keysA.length, keysB.length);
  while (start < shorter && isSame(start, start) && doesSame(start, start)) start++;
  let end = 0;
  const behind = (keys: readonly string[]) => keys.length - 1 - end;
  while (
    end < shorter - start &&
    isSame(behind(keysA), behind(keysB)) &&
    doesSame(behind(keysA), behind(keysB))
  )
    end++;
  const [height, width] = [keysA.length - start - end, keysB.length - start - end];
  const matches: [number, number][] = Array.from({ length: start }, (_, place) => [place, place]);
  if (height * width <= MOST_CELLS) {
    const stride = width + 1;
    // best[i][j]: the most that turns from i and j on can weigh.
    const best = new Uint32Array((height + 1) * stride);
    const weigh = (i: number, j: number) =>
      isSame(start + i, start + j) ? (doesSame(start + i, start + j) ? SAME_ACTION : SAME_STATE) : 0;
    for (let i = height - 1; i >= 0; i--)
      for (let j = width - 1; j >= 0; j--) {
        const weight = weigh(i, j);
        const skip = Math.max(best[(i + 1) * stride + j]!, best[i * stride + j + 1]!);
        best[i * stride + j] = Math.max(skip, weight > 0 ? weight + best[(i + 1) * stride + j + 1]! : 0);
      }
    for (let i = 0, j = 0; i < height && j < width; ) {
      const weight = weigh(i, j);
      if (weight > 0 && best[i * stride + j] === weight + best[(i + 1) * stride + j + 1]!)
        matches.push([start + i++, start + j++]);
      else if (best[(i + 1) * stride + j]! >= best[i * stride + j + 1]!) i++;
      else j++;
    }
  }
  for (let place = end; place > 0; place--) matches.push([keysA.length - place, keysB.length - place]);
  return matches;
}
