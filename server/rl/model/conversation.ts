import type * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../contract/error.ts';
import type { ConversationCache } from './conversation-cache.ts';
import type { ConversationGraphs } from './conversation-graphs.ts';
import { type Drawing, packedWidth, unpackDraw, wasDrawn } from './device-sampling.ts';
import { type NextToken, readNextToken } from './next-token.ts';
import { paddedPositions, padPrompts } from './prompt-batch.ts';
import { type FreeDraw, sampleAll } from './sampling.ts';
import { capacityFor, TensorCache } from './tensor-cache.ts';
import type { TokenIds } from './token-ids.ts';

/** What a row without a prompt holds beside rows that have one. */
const NO_PROMPT = Uint16Array.of(0);
const NOTHING = new Float32Array(0);

/** Gets what the layers below the lowest that is trained make of a row's new tokens, `[tokens, width]`, as they are fed. */
export type FrozenReader = (row: number, states: Float32Array) => void;

/** A token of every row that was fed, drawn from the whole vocabulary. */
export interface Drawn {
  /** `[rows, width]` */
  hidden: Float32Array;
  /** Throws AppError `not-finite` where a logit of the row is not finite. */
  draw(row: number): FreeDraw;
}

/** What is read of logits `[results, vocabulary]` in their place; `ends`: by row, its result, or -1. */
interface LogitReader {
  /** Numbers a result. */
  width: number;
  read(logits: tf.Tensor, ends: Int32Array): Promise<Float32Array>;
}

/**
 * Conversations that grow, one a row: each call feeds rows the tokens that are new (a prompt, an observation, forced tokens, one that
 * was drawn) and returns the logits of the next. What was said before is in the key-value cache, which lives as long as the conversation.
 *
 * Of a deep model on ONNX Runtime each row has its own (`RowCache`). Else it is one tensor a layer (`TensorCache`), written in place, that
 * grows in geometric steps as the longest row needs it: an empty conversation reads its prompts right-padded, in one call of fused attention; one token
 * a row goes in lockstep; all else works on the new tokens alone, whatever the other rows get.
 *
 * Results depend on shapes in their last bits: on how much other rows are fed beside (of a tensor not where all get single tokens) and on
 * a tensor's places, so on `room`. `ConversationGraphs` says what is compiled. Calls must not overlap. Dispose it when done.
 */
export class Conversation {
  readonly #graphs: ConversationGraphs;
  /** Places that the cache may come to have: the room, and one that padding is written to. */
  readonly #limit: number;
  readonly #onFrozen: FrozenReader | undefined;
  #lengths: Int32Array;
  /** Last token of each row; 0 where nothing was said. */
  #previous: Int32Array;
  /** Null while nothing was said. */
  #cache: ConversationCache | null = null;

  /** Made by `Policy.converse`. */
  constructor(graphs: ConversationGraphs, rows: number, room: number, onFrozen?: FrozenReader) {
    for (const [name, value] of Object.entries({ rows, room }))
      if (!Number.isSafeInteger(value) || value < 1)
        throw new AppError('bad-input', `conversation: ${name} must be a whole number above 0, not ${value}`);
    this.#graphs = graphs;
    this.#limit = room + 1;
    this.#onFrozen = onFrozen;
    this.#lengths = new Int32Array(rows);
    this.#previous = new Int32Array(rows);
  }

  get rows(): number {
    return this.#lengths.length;
  }

  /** Tokens said so far, by row. */
  get lengths(): Int32Array {
    return this.#lengths;
  }

  /**
   * Feeds rows their new tokens, one list a row; null or nothing leaves a row as it is. `logits [rows, columns]` and
   * `hidden [rows, width]` of each fed row's last new token; those of other rows mean nothing. Null `columns`: of the whole vocabulary.
   * @throws AppError `bad-input`, with nothing fed, for a row beyond its room, for a token or column that the policy does not have, and
   * unless there is one list a row
   */
  feed(news: readonly (TokenIds | null)[], columns: TokenIds | null): Promise<NextToken> {
    return this.#feed(news, columns, null);
  }

  /**
   * Feeds rows as `feed` does, and draws the next token of each from the whole vocabulary: on TensorFlow where logits are computed, so that
   * they are not read; else, and for rows that cannot be drawn for there (`DeviceSampler`), by `sampleAll`.
   * @throws AppError `bad-input` as `feed`
   */
  async draw(news: readonly (TokenIds | null)[], drawing: Drawing): Promise<Drawn> {
    const { uniforms, temperature, topP } = drawing;
    const { vocabulary } = this.#graphs.shape;
    const onHost = (row: number, logits: Float32Array) =>
      sampleAll(logits, uniforms[row] as number, temperature, topP);
    const { sampler } = this.#graphs;
    if (sampler === null) {
      const { logits, hidden } = await this.feed(news, null);
      const draw = (row: number) => onHost(row, logits.subarray(row * vocabulary, (row + 1) * vocabulary));
      return { hidden, draw };
    }
    const width = packedWidth(drawing, vocabulary);
    /** Logits of rows that the host draws for. */
    const left = new Map<number, Float32Array>();
    const read = async (logits: tf.Tensor, ends: Int32Array): Promise<Float32Array> => {
      const own = new Float32Array(logits.shape[0] as number);
      for (const [row, result] of ends.entries()) if (result >= 0) own[result] = uniforms[row] as number;
      const packed = await sampler.draw(logits, { ...drawing, uniforms: own });
      const isLeft = (result: number) =>
        result >= 0 && !wasDrawn(packed.subarray(result * width, (result + 1) * width));
      if (!ends.some(isLeft)) return packed;
      const all = (await logits.data()) as Float32Array;
      for (const [row, result] of ends.entries())
        if (isLeft(result)) left.set(row, all.subarray(result * vocabulary, (result + 1) * vocabulary));
      return packed;
    };
    const { logits: draws, hidden } = await this.#feed(news, null, { width, read });
    const draw = (row: number): FreeDraw => {
      const logits = left.get(row);
      return logits
        ? onHost(row, logits)
        : (unpackDraw(draws.subarray(row * width, (row + 1) * width), vocabulary) as FreeDraw);
    };
    return { hidden, draw };
  }

  async #feed(
    news: readonly (TokenIds | null)[],
    columns: TokenIds | null,
    reader: LogitReader | null,
  ): Promise<NextToken> {
    this.#check(news, columns);
    const counts = news.map((tokens) => tokens?.length ?? 0);
    const { width, vocabulary } = this.#graphs.shape;
    if (counts.every((count) => count === 0))
      return {
        logits: new Float32Array(this.rows * (reader?.width ?? columns?.length ?? vocabulary)),
        hidden: new Float32Array(this.rows * width),
      };
    this.#cache ??= this.#graphs.openCache(this.rows);
    if (this.#cache === null) return this.#begin(news, columns, reader);
    const longest = Math.max(...counts.map((count, row) => count + (this.#lengths[row] as number)));
    await this.#cache.reserve(longest);
    return this.#extend(this.#cache, news, columns, reader);
  }

  /** Forgets what was said in one row, or in all. */
  clear(row?: number): void {
    if (row === undefined) {
      this.#lengths.fill(0);
      this.#previous.fill(0);
    } else {
      this.#checkRow(row);
      this.#lengths[row] = 0;
      this.#previous[row] = 0;
    }
    if (this.#lengths.every((length) => length === 0)) this.#forget();
  }

  /** Goes on with some rows only, in this order: a smaller batch. A row that comes several times goes on as several. */
  async keep(rows: readonly number[]): Promise<void> {
    if (rows.length === 0) throw new AppError('bad-input', 'conversation: at least one row must be kept');
    for (const row of rows) this.#checkRow(row);
    if (rows.length === this.rows && rows.every((row, index) => row === index)) return;
    await this.#cache?.keep(rows);
    this.#lengths = Int32Array.from(rows, (row) => this.#lengths[row] as number);
    this.#previous = Int32Array.from(rows, (row) => this.#previous[row] as number);
    if (this.#lengths.every((length) => length === 0)) this.#forget();
  }

  dispose(): void {
    this.#forget();
  }

  #forget(): void {
    this.#cache?.dispose();
    this.#cache = null;
  }

  /** Prompts of an empty conversation; rows without one get a token that is not said. */
  async #begin(
    news: readonly (TokenIds | null)[],
    columns: TokenIds | null,
    reader: LogitReader | null,
  ): Promise<NextToken> {
    const batch = padPrompts(news.map((tokens) => (tokens?.length ? tokens : NO_PROMPT)));
    const longest = Math.max(...batch.lengths);
    const capacity = Math.max(capacityFor(longest, this.#limit), paddedPositions(longest));
    const { logits, hidden, frozen, cache } = await this.#graphs.begin(batch, capacity);
    this.#cache = new TensorCache(this.#graphs, cache, this.#limit);
    await this.#handOver(frozen, news, (row, index) => row * batch.positions + index);
    this.#note(news);
    const ends = Int32Array.from(news, (tokens, row) => (tokens?.length ? row : -1));
    const next = await readNextToken(logits, hidden, reader && ((all) => reader.read(all, ends)));
    if (columns === null) return next;
    const { vocabulary } = this.#graphs.shape;
    const picked = new Float32Array(this.rows * columns.length);
    for (let row = 0; row < this.rows; row++)
      for (const [i, column] of columns.entries())
        picked[row * columns.length + i] = next.logits[row * vocabulary + column] as number;
    return { logits: picked, hidden: next.hidden };
  }

  /** Tokens behind what was said, in as many pieces as memory asks for. */
  async #extend(
    cache: ConversationCache,
    news: readonly (TokenIds | null)[],
    columns: TokenIds | null,
    reader: LogitReader | null,
  ): Promise<NextToken> {
    const { width, vocabulary } = this.#graphs.shape;
    const wanted = reader?.width ?? columns?.length ?? vocabulary;
    let all: NextToken | null = null;
    let rest = news;
    do {
      const several = rest.filter((tokens) => tokens && tokens.length > 1).length;
      const most = several === 0 ? 1 : cache.longestPiece(several, this.rows);
      const piece = rest.map((tokens) =>
        tokens && tokens.length > most ? tokens.subarray(0, most) : tokens,
      );
      rest = rest.map((tokens) => (tokens && tokens.length > most ? tokens.subarray(most) : null));
      const { hidden, logits, ends } = await this.#say(cache, piece, rest, columns, reader);
      const results = hidden.length / width;
      const asTheyAre = logits.length === this.rows * wanted && results === this.rows && inOrder(ends);
      if (all === null && asTheyAre) all = { logits, hidden };
      else {
        all ??= { logits: new Float32Array(this.rows * wanted), hidden: new Float32Array(this.rows * width) };
        spread(hidden, width, ends, all.hidden, width);
        spread(logits, logits.length / results, ends, all.logits, wanted);
      }
    } while (rest.some((tokens) => tokens !== null));
    return all;
  }

  /** One call: a piece of what is new, and what rows have left behind it. `ends`: by row, its result; -1 while it has more to say. */
  async #say(
    cache: ConversationCache,
    piece: readonly (TokenIds | null)[],
    rest: readonly (TokenIds | null)[],
    columns: TokenIds | null,
    reader: LogitReader | null,
  ): Promise<NextToken & { ends: Int32Array }> {
    const said = { lengths: this.#lengths, previous: this.#previous };
    const { hidden, frozen, resultOf, tokenAt } = await cache.feed(piece, said);
    const ends = resultOf.map((result, row) => (rest[row]?.length ? -1 : result));
    await this.#handOver(frozen, piece, tokenAt);
    this.#note(piece);
    if (ends.every((result) => result < 0)) {
      hidden.dispose();
      return { logits: NOTHING, hidden: NOTHING, ends };
    }
    const logits = await (columns ? this.#graphs.columns(hidden, columns) : this.#graphs.logits(hidden));
    const read = reader && ((all: tf.Tensor) => reader.read(all, ends));
    return { ...(await readNextToken(logits, hidden, read)), ends };
  }

  /** Hands over what frozen layers made of new tokens, which stand in `frozen` where `placeIn` says, to who wants it; disposes it. */
  async #handOver(
    frozen: tf.Tensor | null,
    news: readonly (TokenIds | null)[],
    placeIn: (row: number, index: number) => number,
  ): Promise<void> {
    if (frozen && this.#onFrozen) {
      const { width } = this.#graphs.shape;
      const all = (await frozen.data()) as Float32Array;
      for (const [row, tokens] of news.entries()) {
        if (!tokens?.length) continue;
        const states = new Float32Array(tokens.length * width);
        for (let index = 0; index < tokens.length; index++) {
          const from = placeIn(row, index) * width;
          states.set(all.subarray(from, from + width), index * width);
        }
        this.#onFrozen(row, states);
      }
    }
    frozen?.dispose();
  }

  /** Notes what was fed. */
  #note(news: readonly (TokenIds | null)[]): void {
    for (const [row, tokens] of news.entries()) {
      if (!tokens?.length) continue;
      this.#lengths[row] = (this.#lengths[row] as number) + tokens.length;
      this.#previous[row] = tokens.at(-1) as number;
    }
  }

  #check(news: readonly (TokenIds | null)[], columns: TokenIds | null): void {
    const { vocabulary } = this.#graphs.shape;
    if (news.length !== this.rows)
      throw new AppError('bad-input', `conversation: ${news.length} lists of tokens for ${this.rows} rows`);
    let stranger: number | undefined;
    for (const ids of [...news, columns])
      for (let i = 0; ids && i < ids.length; i++) if ((ids[i] as number) >= vocabulary) stranger ??= ids[i];
    if (stranger !== undefined)
      throw new AppError(
        'bad-input',
        `conversation: the model has ${vocabulary} tokens, none with id ${stranger}`,
      );
    for (const [row, tokens] of news.entries()) {
      const [said, more, room] = [this.#lengths[row] as number, tokens?.length ?? 0, this.#limit - 1];
      if (said + more > room)
        throw new AppError(
          'bad-input',
          `conversation: row ${row} holds ${said} tokens and would get ${more} more, but has room for ${room} only`,
        );
    }
  }

  #checkRow(row: number): void {
    if (!Number.isInteger(row) || row < 0 || row >= this.rows)
      throw new AppError('bad-input', `conversation: there is no row ${row} among ${this.rows} rows`);
  }
}

/** Whether every row that has a result has the one of its own number. */
function inOrder(resultOf: Int32Array): boolean {
  return resultOf.every((result, row) => result === row || result < 0);
}

/** Copies results of `from`, which are `stride` numbers apart, to their rows of `to [rows, width]`. */
function spread(
  from: Float32Array,
  stride: number,
  resultOf: Int32Array,
  to: Float32Array,
  width: number,
): void {
  for (const [row, result] of resultOf.entries())
    if (result >= 0) to.set(from.subarray(result * stride, result * stride + width), row * width);
}
