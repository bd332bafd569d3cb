import type { FlagColumn, Segments, TurnBatch } from './batch.ts';
import type { EpisodeOrder } from './order.ts';

/** Boundaries (the first turn of an episode and every SWITCH after it) and the segments between them; spec/hae.md 2.1. */
export function findSegments(
  batch: TurnBatch,
  order: EpisodeOrder,
): { boundary: FlagColumn; segments: Segments } {
  const { rows, starts } = order;
  const boundary = new Uint8Array(batch.episode.length);
  const lengths = new Int32Array(rows.length);
  let count = 0;
  for (let e = 0; e + 1 < starts.length; e++) {
    const first = starts[e]!;
    for (let i = first; i < starts[e + 1]!; i++) {
      const row = rows[i]!;
      if (i === first || batch.switched[row]) {
        boundary[row] = 1;
        count++;
      }
      lengths[count - 1]!++;
    }
  }
  return {
    boundary,
    segments: { count, lengths: lengths.slice(0, count), turns: rows.length, episodes: starts.length - 1 },
  };
}

/** Discounted return-to-go of each row over its whole episode: G_t = r_t + gamma * (1 - done_t) * G_{t+1}. */
export function discountedReturns(
  reward: Float64Array,
  done: FlagColumn,
  order: EpisodeOrder,
  gamma: number,
): Float64Array {
  const { rows, starts } = order;
  const returns = new Float64Array(reward.length);
  for (let e = 0; e + 1 < starts.length; e++) {
    let next = 0;
    for (let i = starts[e + 1]! - 1; i >= starts[e]!; i--) {
      const row = rows[i]!;
      next = reward[row]! + (done[row] ? 0 : gamma * next);
      returns[row] = next;
    }
  }
  return returns;
}
