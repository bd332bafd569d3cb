import { AppError } from '../../contract/error.ts';
import type { FlagColumn, FloatColumn, TurnBatch } from './batch.ts';

/** Rows of a batch sorted by episode and turn. */
export interface EpisodeOrder {
  /** Row at each position; positions of one episode follow each other in time. Copies are left out. */
  rows: Int32Array; // [positions]
  /** First position of each episode; one more entry at the end. */
  starts: Int32Array; // [episodes + 1]
  /** For each copy, [copy, original, copy, original, ...]; empty when rows are unique. */
  copies: Int32Array;
}

/**
 * Sorts rows by (episode, turn), stable, in linear time (counting sort) unless ids are spread far wider than the batch.
 * `keepCopies` treats rows of equal episode and turn as turns that follow each other, as the reference does.
 */
export function orderRows(batch: TurnBatch, keepCopies = false): EpisodeOrder {
  const { episode, turn } = batch;
  const n = episode.length;
  const sorted = isSorted(episode, turn) ? identity(n) : sortBy(sortBy(identity(n), turn), episode);
  const rows = new Int32Array(n);
  const starts: number[] = [];
  const copies: number[] = [];
  let positions = 0;
  let previous = -1;
  for (let i = 0; i < n; i++) {
    const row = sorted[i]!;
    const newEpisode = previous < 0 || episode[row] !== episode[previous];
    if (newEpisode) starts.push(positions);
    if (!newEpisode && !keepCopies && turn[row] === turn[previous]) {
      copies.push(row, previous);
      continue;
    }
    rows[positions++] = row;
    previous = row;
  }
  starts.push(positions);
  return {
    rows: rows.subarray(0, positions),
    starts: Int32Array.from(starts),
    copies: Int32Array.from(copies),
  };
}

/** 1 on every row that is no copy. */
export function flagRows(order: EpisodeOrder, n: number): Uint8Array {
  const flags = new Uint8Array(n);
  for (let i = 0; i < order.rows.length; i++) flags[order.rows[i]!] = 1;
  return flags;
}

/**
 * 1 on every row whose turn has a generated token; null where all have, where the batch does not tell, and for `compat`: the
 * reference reads a value for such rows and lets them count. Without `compat` their value is 0, they have no advantage and no
 * target, and no statistic counts them; what follows them is still credited to the turns in front.
 */
export function spokenRows({ tokens }: TurnBatch, compat = false): FlagColumn | null {
  if (!tokens || compat) return null;
  const { offsets } = tokens;
  const spoken = new Uint8Array(offsets.length - 1);
  for (let row = 0; row < spoken.length; row++) spoken[row] = offsets[row + 1]! > offsets[row]! ? 1 : 0;
  return spoken.includes(0) ? spoken : null;
}

/** The column with 0 in rows whose flag is 0; null flags: the column itself. */
export function zeroUnless<T extends FloatColumn | FlagColumn>(column: T, flags: FlagColumn | null): T {
  return flags ? (column.map((entry, row) => (flags[row] ? entry : 0)) as T) : column;
}

/** Gives copies the entries of their originals. */
export function fillCopies(order: EpisodeOrder, columns: Iterable<Float64Array | Uint8Array | null>): void {
  const { copies } = order;
  if (copies.length === 0) return;
  for (const column of columns) {
    if (!column) continue;
    for (let i = 0; i < copies.length; i += 2) column[copies[i]!] = column[copies[i + 1]!]!;
  }
}

/** Throws AppError `bad-input` naming the first column whose length differs from the number of rows. */
export function checkColumns(batch: TurnBatch): void {
  const n = batch.episode.length;
  const columns: [string, ArrayLike<number> | undefined, number][] = [
    ['turn', batch.turn, n],
    ['group', batch.group, n],
    ['anchor', batch.anchor, n],
    ['strategy', batch.strategy, n],
    ['flagged', batch.flagged, n],
    ['reward', batch.reward, n],
    ['done', batch.done, n],
    ['switched', batch.switched, n],
    ['valid', batch.valid, n],
    ['values.low', batch.values.low, n],
    ['values.high', batch.values.high, n],
    ['values.switch', batch.values.switch, n],
    ['keepValue', batch.keepValue, n],
    ['switchProbability', batch.switchProbability, n],
    ['subgoal.offsets', batch.subgoal?.offsets, n + 1],
    ['tokens.offsets', batch.tokens?.offsets, n + 1],
    ['tokens.value', batch.tokens?.value, batch.tokens?.offsets[n] ?? 0],
    ['tokens.divergence', batch.tokens?.divergence, batch.tokens?.offsets[n] ?? 0],
    ['tokens.entropy', batch.tokens?.entropy, batch.tokens?.offsets[n] ?? 0],
    ['trained.low', batch.trained?.low, n],
    ['trained.high', batch.trained?.high, n],
    ['trained.switch', batch.trained?.switch, n],
  ];
  for (const [name, column, length] of columns) {
    if (column && column.length !== length) {
      throw new AppError('bad-input', `batch.${name} has ${column.length} entries; ${n} rows need ${length}`);
    }
  }
}

function identity(n: number): Int32Array {
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) rows[i] = i;
  return rows;
}

function isSorted(episode: Int32Array, turn: Int32Array): boolean {
  for (let i = 1; i < episode.length; i++) {
    const before = episode[i - 1]!;
    const now = episode[i]!;
    if (now < before || (now === before && turn[i]! < turn[i - 1]!)) return false;
  }
  return true;
}

/** `rows` reordered by their key, stable. */
function sortBy(rows: Int32Array, key: Int32Array): Int32Array {
  const n = rows.length;
  let least = key[0]!;
  let most = least;
  for (let i = 1; i < n; i++) {
    const k = key[i]!;
    if (k < least) least = k;
    if (k > most) most = k;
  }
  const range = most - least + 1;
  // A counting table far larger than the batch would cost more than comparing.
  if (range > 4 * n + 65_536) return Int32Array.from(Array.from(rows).sort((a, b) => key[a]! - key[b]!));
  const next = new Int32Array(range + 1);
  for (let i = 0; i < n; i++) next[key[i]! - least + 1]!++;
  for (let i = 1; i <= range; i++) next[i]! += next[i - 1]!;
  const sorted = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    sorted[next[key[row]! - least]!++] = row;
  }
  return sorted;
}
