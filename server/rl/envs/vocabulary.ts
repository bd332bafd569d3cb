import { AppError } from '../../contract/error.ts';

/**
 * A fixed list of words, each one token. The order is part of every saved model: append under a new version, never
 * reorder. Id 0 is `<pad>`.
 */
export class Vocabulary {
  readonly version: string;
  readonly words: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(version: string, words: readonly string[]) {
    this.version = version;
    this.words = words;
    this.#ids = new Map(words.map((word, id) => [word, id]));
    if (this.#ids.size !== words.length) {
      const double = words.find((word, id) => this.#ids.get(word) !== id);
      throw new AppError('internal', `vocabulary ${version}: the word "${double}" is listed twice`);
    }
  }

  get size(): number {
    return this.words.length;
  }

  has(word: string): boolean {
    return this.#ids.has(word);
  }

  /** Throws AppError `unsupported` for a word outside the vocabulary. */
  id(word: string): number {
    const id = this.#ids.get(word);
    if (id !== undefined) return id;
    throw new AppError(
      'unsupported',
      `the word "${word}" is not in the vocabulary ${this.version}; it holds its environment's own words only`,
    );
  }

  word(id: number): string {
    const word = this.words[id];
    if (word !== undefined) return word;
    throw new AppError('bad-input', `token id ${id} is outside the vocabulary (0..${this.size - 1})`);
  }

  encode(words: readonly string[]): Uint16Array {
    return Uint16Array.from(words, (word) => this.id(word));
  }

  decode(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.word(id));
  }
}
