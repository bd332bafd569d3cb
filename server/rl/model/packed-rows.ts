import type { Said } from './conversation-cache.ts';
import { geometricSize } from './geometric-size.ts';
import type { TokenIds } from './token-ids.ts';

/** The new tokens of a conversation's rows, one row's behind the other's, padded to few sizes. */
export interface PackedRows {
  /** `[tokens]`: what is fed, the token before each, and its position in its row. Padding is id 0 at position 0. */
  ids: Int32Array;
  previous: Int32Array;
  positions: Int32Array;
  /** Rows with new tokens: those with one, side by side, before those with several. */
  spans: readonly RowSpan[];
  /** `[rows]`: which packed token is a row's last; 0 where nothing was fed. */
  ends: Int32Array;
}

export interface RowSpan {
  row: number;
  /** Which of the packed tokens is its first, and how many it has. */
  first: number;
  count: number;
}

/** Packs at least one new token; null or nothing leaves a row as it is. */
export function packRows(news: readonly (TokenIds | null)[], { lengths, previous }: Said): PackedRows {
  const total = news.reduce((sum, tokens) => sum + (tokens?.length ?? 0), 0);
  const size = geometricSize(total, 1);
  const packed = {
    ids: new Int32Array(size),
    previous: new Int32Array(size),
    positions: new Int32Array(size),
    ends: new Int32Array(news.length),
  };
  const spans: RowSpan[] = [];
  let first = 0;
  const pack = (row: number, tokens: TokenIds) => {
    const { length: count } = tokens;
    packed.ids.set(tokens, first);
    packed.previous[first] = previous[row] as number;
    packed.previous.set(tokens.subarray(0, count - 1), first + 1);
    for (let i = 0; i < count; i++) packed.positions[first + i] = (lengths[row] as number) + i;
    spans.push({ row, first, count });
    first += count;
    packed.ends[row] = first - 1;
  };
  for (const [row, tokens] of news.entries()) if (tokens?.length === 1) pack(row, tokens);
  for (const [row, tokens] of news.entries()) if (tokens && tokens.length > 1) pack(row, tokens);
  return { ...packed, spans };
}
