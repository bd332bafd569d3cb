import type { TextTokenizer } from '../../rl/model/text-tokenizer.ts';

/** Stands where bytes are no whole character yet. */
const INCOMPLETE = '\ufffd';

/**
 * The text of an answer as its tokens come. Held back is what the next token may still change: a character whose bytes are not all
 * there, and the beginning of a stop text.
 */
export class AnswerText {
  readonly #tokenizer: TextTokenizer;
  readonly #stop: readonly string[];
  readonly #ids: number[] = [];
  /** Tokens from here are decoded with the next ones: what a token says may depend on the one before. */
  #from = 0;
  /** Tokens up to here have been read. */
  #read = 0;
  #held = '';
  #stopped = false;

  constructor(tokenizer: TextTokenizer, stop: readonly string[]) {
    this.#tokenizer = tokenizer;
    this.#stop = stop;
  }

  /** Whether a stop text has come: nothing follows. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** The text that is certain now. */
  push(id: number): string {
    this.#ids.push(id);
    const more = this.#decode();
    return more === '' || more.endsWith(INCOMPLETE) ? '' : this.#take(more);
  }

  /** What was still held back. */
  end(): string {
    if (this.#stopped) return '';
    const rest = this.#take(this.#decode()) + this.#held;
    this.#held = '';
    return rest;
  }

  /** The text of the tokens that have not been read. */
  #decode(): string {
    const before = this.#tokenizer.decode(this.#ids.slice(this.#from, this.#read));
    return this.#tokenizer.decode(this.#ids.slice(this.#from)).slice(before.length);
  }

  #take(more: string): string {
    this.#from = this.#read;
    this.#read = this.#ids.length;
    const text = this.#held + more;
    const found = this.#stop.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
    this.#stopped = found.length > 0;
    const end = this.#stopped ? Math.min(...found) : text.length - this.#doubtful(text);
    this.#held = this.#stopped ? '' : text.slice(end);
    return text.slice(0, end);
  }

  /** Characters at the end of a text that may be the beginning of a stop text. */
  #doubtful(text: string): number {
    const lengths = this.#stop.map((stop) => {
      let length = Math.min(stop.length - 1, text.length);
      while (length > 0 && !text.endsWith(stop.slice(0, length))) length--;
      return length;
    });
    return Math.max(0, ...lengths);
  }
}
