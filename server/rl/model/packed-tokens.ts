import type { Said } from './conversation-cache.ts';
import { geometricSize } from './geometric-size.ts';
import type { TokenIds } from './token-ids.ts';

/**
 * The new tokens of all rows of a conversation, one behind the other, with where each belongs. The numbers that the shapes of a
 * compiled graph come from are padded to few sizes: `tokens`, and rows and length of the grid. Without a grid, as many tokens as rows
 * stand in lockstep: every row's one token at the row's own place, so that nothing has to be gathered.
 */
export interface PackedTokens {
  /** `[tokens]`: what is fed, the token before each, and its position in its row. Padding is id 0 at position 0. */
  ids: Int32Array;
  previous: Int32Array;
  positions: Int32Array;
  /** `[tokens, 2]`: row and place in the cache that keys and values go to; padding goes to a place that nothing reads. */
  places: Int32Array;
  /** `[rows]`: tokens in the cache beforehand. */
  lengths: Int32Array;
  /** Rows with several new tokens; null if there is no such row. */
  several: TokenGrid | null;
  /** Rows with one: `[rows]`, which packed token it is (0 where a row has none); null if there is no such row, and in lockstep. */
  single: Int32Array | null;
  /** `[tokens]`: where a token is among what attention computes: the cells of the grid, then the rows of `single`; null in lockstep. */
  attended: Int32Array | null;
  /** Each row's last new token; null where no row has several: a result a token then. */
  ends: TokenEnds | null;
  /** `[rows]`: the result of a row, -1 where nothing was fed. */
  resultOf: Int32Array;
}

/** Rows with several new tokens, right-padded; every row of the batch in its order if there are as many. */
export interface TokenGrid {
  /** `[gridRows]`: rows of the cache. */
  rows: Int32Array;
  /** Padded number of new tokens. */
  length: number;
  /** `[gridRows, length]`: which packed token is where; 0 for padding, which lies behind a row's tokens. */
  cells: Int32Array;
  /** `[gridRows]`: new tokens of each, and which packed token is the last. */
  counts: Int32Array;
  ends: Int32Array;
}

/** The last new tokens of all rows, `[rows]`. */
export interface TokenEnds {
  /** Which packed token it is. */
  tokens: Int32Array;
  /** Where it is among what attention computes of the last layer: rows of the grid, then those of `single`. */
  attended: Int32Array;
}

/** Lengths that a grid is padded to. */
const GRID_LENGTHS = [4, 8, 16, 32, 48, 64, 96, 128, 192, 256];
/**
 * Up to this length a grid holds all rows, and its tokens come in powers of two: what is wasted on attention is little beside
 * compiling a graph for every number of rows that happen to have two or three tokens.
 */
const SHORT_GRID = 8;
/** Most cells of a grid, unless it has very many rows: what bounds the memory of attention's scores. */
const GRID_CELLS = 4096;
const FEWEST_TOKENS = 8;

/**
 * Rows of the grid where `count` rows of a conversation of `rows` have several new tokens, at most `longest`: all, where those are
 * most or it is short.
 */
function gridRowsOf(count: number, rows: number, longest: number): number {
  const padded = 2 ** Math.ceil(Math.log2(count));
  return longest <= SHORT_GRID || 2 * padded > rows ? rows : padded;
}

/** Most new tokens a row that go into one call, where `count` rows of `rows` have several: more are fed in pieces. */
export function longestPiece(count: number, rows: number): number {
  const fits = (length: number) => length * gridRowsOf(count, rows, length) <= GRID_CELLS;
  return GRID_LENGTHS.findLast(fits) ?? 1;
}

interface Rows extends Said {
  /** Places of the cache, the last of which is for padding. */
  capacity: number;
}

/** Packs at least one new token; null or nothing leaves a row as it is. */
export function packTokens(
  news: readonly (TokenIds | null)[],
  { lengths, previous, capacity }: Rows,
): PackedTokens {
  const counts = news.map((tokens) => tokens?.length ?? 0);
  const several = counts.filter((count) => count > 1).length;
  return several === 0
    ? packSingle(news, counts, { lengths, previous, capacity })
    : packSeveral(news, counts, several, { lengths, previous, capacity });
}

/** Space for `tokens` tokens, all of it padding, and a way to say one. */
function emptyPack(tokens: number, { lengths, previous, capacity }: Rows) {
  const pack = {
    ids: new Int32Array(tokens),
    previous: new Int32Array(tokens),
    positions: new Int32Array(tokens),
    places: Int32Array.from({ length: 2 * tokens }, (_, i) => (i % 2 === 0 ? 0 : capacity - 1)),
  };
  const say = (at: number, row: number, said: TokenIds, index: number) => {
    pack.ids[at] = said[index] as number;
    pack.previous[at] = (index === 0 ? previous[row] : said[index - 1]) as number;
    pack.positions[at] = (lengths[row] as number) + index;
    pack.places.set([row, (lengths[row] as number) + index], 2 * at);
  };
  return { pack, say };
}

/** At most one token a row: all rows in lockstep, or only those that have one where they are few. */
function packSingle(
  news: readonly (TokenIds | null)[],
  counts: readonly number[],
  state: Rows,
): PackedTokens {
  const rows = news.length;
  const fed = [...counts.keys()].filter((row) => counts[row] === 1);
  const fewer = geometricSize(fed.length, FEWEST_TOKENS);
  const lockstep = 2 * fed.length > rows || fewer >= rows;
  const tokens = lockstep ? rows : fewer;
  const { pack, say } = emptyPack(tokens, state);
  const single = new Int32Array(rows);
  const attended = new Int32Array(tokens);
  const resultOf = new Int32Array(rows).fill(-1);
  for (const [index, row] of fed.entries()) {
    const at = lockstep ? row : index;
    say(at, row, news[row] as TokenIds, 0);
    single[row] = at;
    attended[at] = row;
    resultOf[row] = at;
  }
  const order = lockstep ? { single: null, attended: null } : { single, attended };
  return { ...pack, lengths: state.lengths.slice(), several: null, ...order, ends: null, resultOf };
}

/** `count` rows have several tokens: they, or all rows, have a place in the grid. */
function packSeveral(
  news: readonly (TokenIds | null)[],
  counts: readonly number[],
  count: number,
  state: Rows,
): PackedTokens {
  const rows = news.length;
  const longest = Math.max(...counts);
  const gridRows = gridRowsOf(count, rows, longest);
  const length = GRID_LENGTHS.find((padded) => padded >= longest) ?? longest;
  const total = counts.reduce((a, b) => a + b, 0);
  const tokenCount =
    longest <= SHORT_GRID
      ? 2 ** Math.ceil(Math.log2(Math.max(FEWEST_TOKENS, total)))
      : geometricSize(total, FEWEST_TOKENS);
  const { pack, say } = emptyPack(tokenCount, state);
  const attended = new Int32Array(tokenCount);
  const grid: TokenGrid = {
    rows: new Int32Array(gridRows),
    length,
    cells: new Int32Array(gridRows * length),
    counts: new Int32Array(gridRows).fill(1),
    ends: new Int32Array(gridRows),
  };
  const single = new Int32Array(rows);
  const ends = { tokens: new Int32Array(rows), attended: new Int32Array(rows) };
  const resultOf = new Int32Array(rows).fill(-1);
  let next = 0;
  let gridRow = 0;
  let alone = false;
  for (const [row, tokens] of news.entries()) {
    const place = gridRows === rows ? row : gridRow;
    if (gridRows === rows) grid.rows[row] = row;
    if (tokens === null || tokens.length === 0) continue;
    const inGrid = gridRows === rows || tokens.length > 1;
    for (let index = 0; index < tokens.length; index++) {
      if (inGrid) grid.cells[place * length + index] = next + index;
      attended[next + index] = inGrid ? place * length + index : gridRows * length + row;
      say(next + index, row, tokens, index);
    }
    const end = next + tokens.length - 1;
    ends.tokens[row] = end;
    ends.attended[row] = inGrid ? place : gridRows + row;
    resultOf[row] = row;
    if (inGrid) {
      grid.rows[place] = row;
      grid.counts[place] = tokens.length;
      grid.ends[place] = end;
      gridRow++;
    } else {
      single[row] = end;
      alone = true;
    }
    next = end + 1;
  }
  return {
    ...pack,
    lengths: state.lengths.slice(),
    several: grid,
    single: alone ? single : null,
    attended,
    ends,
    resultOf,
  };
}
