import fc from 'fast-check';
import type { FloatColumn, TurnBatch } from '../../../../server/rl/credit/batch.ts';

/** One turn of a hand-written or generated batch. */
export interface TurnRow {
  episode: number;
  turn: number;
  reward: number;
  done: boolean;
  switched: boolean;
  valid: boolean;
  low: number;
  high: number;
  switch: number;
  subgoal: readonly number[];
}

/** Columns from rows, in the order given. */
export function toBatch(rows: readonly TurnRow[], heads: 1 | 2 | 3 = 3): TurnBatch {
  const ints = (key: 'episode' | 'turn') => Int32Array.from(rows, (row) => row[key]);
  const floats = (key: 'reward' | 'low' | 'high' | 'switch') => Float64Array.from(rows, (row) => row[key]);
  const flags = (key: 'done' | 'switched' | 'valid') => Uint8Array.from(rows, (row) => Number(row[key]));
  const offsets = [0];
  for (const row of rows) offsets.push(offsets.at(-1)! + row.subgoal.length);
  return {
    episode: ints('episode'),
    turn: ints('turn'),
    reward: floats('reward'),
    done: flags('done'),
    switched: flags('switched'),
    valid: flags('valid'),
    values: {
      low: floats('low'),
      high: heads >= 2 ? floats('high') : undefined,
      switch: heads === 3 ? floats('switch') : undefined,
    },
    subgoal: { offsets: Int32Array.from(offsets), ids: Int32Array.from(rows.flatMap((row) => row.subgoal)) },
  };
}

/** The worked example of spec/hae.md 2.9: five turns, segments {0,1} {2,3} {4}. */
export function workedExample(): TurnRow[] {
  const switched = [1, 0, 1, 0, 1];
  const low = [2, 3, 4, 5, 7];
  const high = [2.5, 0, 4.5, 0, 6.5];
  const switches = [2.2, 3.1, 4.2, 5.1, 6.8];
  return switched.map((flag, turn) => ({
    episode: 3,
    turn,
    reward: turn === 4 ? 10 : 0,
    done: turn === 4,
    switched: flag === 1,
    valid: true,
    low: low[turn]!,
    high: high[turn]!,
    switch: switches[turn]!,
    subgoal: [turn < 2 ? 1 : turn < 4 ? 2 : 3],
  }));
}

/** One game, one episode for each outcome, which it earns at its last turn. */
export function groupOfEpisodes(outcomes: readonly number[], lengths: readonly number[]): TurnBatch {
  const [template] = workedExample();
  const rows = outcomes.flatMap((outcome, episode) =>
    Array.from({ length: lengths[episode]! }, (_, turn) => {
      const last = turn === lengths[episode]! - 1;
      return { ...template!, episode, turn, reward: last ? outcome : 0, done: last };
    }),
  );
  return { ...toBatch(rows), group: new Int32Array(rows.length) };
}

/** First entry of each episode's rows. */
export function firstOfEpisodes(batch: TurnBatch, column: FloatColumn): number[] {
  return Array.from(column).filter((_, row) => batch.turn[row] === 0);
}

const number = fc.double({ min: -5, max: 5, noNaN: true }).map((x) => Math.round(x * 1000) / 1000);

/** Rows of one to four episodes of one to eight turns, shuffled; an episode may be truncated. */
export const anyRows: fc.Arbitrary<TurnRow[]> = fc
  .array(
    fc.record({
      turns: fc.array(
        fc.record({
          reward: number,
          switched: fc.boolean(),
          valid: fc.boolean(),
          low: number,
          high: number,
          switch: number,
          subgoal: fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 2 }),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      ended: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((episodes) =>
    episodes.flatMap(({ turns, ended }, episode) =>
      turns.map((row, turn) => ({
        ...row,
        episode: episode * 7 - 9,
        turn,
        done: ended && turn === turns.length - 1,
      })),
    ),
  )
  .chain((rows) => fc.shuffledSubarray(rows, { minLength: rows.length }));

export const anyShare = fc.integer({ min: 0, max: 20 }).map((n) => n / 20);

export const anyOptions = fc.record({
  gamma: anyShare,
  lamTurn: anyShare,
  lamSeg: anyShare,
  kappa: anyShare,
});

/** Rows sorted by episode and time, for oracles that walk an episode. */
export function episodesOf(rows: readonly TurnRow[]): { row: TurnRow; index: number }[][] {
  const episodes = new Map<number, { row: TurnRow; index: number }[]>();
  rows.forEach((row, index) => {
    episodes.set(row.episode, [...(episodes.get(row.episode) ?? []), { row, index }]);
  });
  return [...episodes.values()].map((turns) => turns.sort((a, b) => a.row.turn - b.row.turn));
}

/** Largest absolute difference of two columns. */
export function distance(a: FloatColumn | null, b: FloatColumn | null): number {
  if (!a || !b) return a === b ? 0 : Number.POSITIVE_INFINITY;
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** Discounted return-to-go of every row, 0 after the last one. */
export function returnsOf(rows: readonly TurnRow[], gamma: number): Float64Array {
  const returns = new Float64Array(rows.length);
  for (const episode of episodesOf(rows)) {
    let next = 0;
    for (const { row, index } of episode.reverse()) {
      next = row.reward + gamma * next;
      returns[index] = next;
    }
  }
  return returns;
}
