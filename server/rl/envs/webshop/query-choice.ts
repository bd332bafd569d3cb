import type { Choice } from '../../agent/choice.ts';
import type { TokenIds } from '../../model/token-ids.ts';

/** A word that a query may hold, and how it is spelled: its first token, and no other, begins with a blank. */
export interface QueryWord {
  text: string;
  ids: TokenIds;
}

/** What all places of a query share. */
interface Sentence {
  words: readonly QueryWord[];
  end: number;
  head: string;
  tail: string;
}

/**
 * A query: some of the instruction's words in their order, at least one, and an end. Behind a word any later one may come; where
 * one word's tokens are the beginning of another's, the next token tells which it was.
 */
export class QueryChoice implements Choice {
  readonly text = null;
  readonly #sentence: Sentence;
  readonly #said: readonly string[];
  /** Words that may come now, and the tokens said of one of them. */
  readonly #from: number;
  readonly #begun: readonly number[];
  #allowed: TokenIds | null = null;

  constructor(sentence: Sentence, said: readonly string[] = [], from = 0, begun: readonly number[] = []) {
    this.#sentence = sentence;
    this.#said = said;
    this.#from = from;
    this.#begun = begun;
  }

  get allowed(): TokenIds {
    this.#allowed ??= Uint16Array.from(this.#next());
    return this.#allowed;
  }

  child(id: number): Choice | undefined {
    if (!this.allowed.includes(id)) return undefined;
    const { words, end, head, tail } = this.#sentence;
    if (this.#continuing().some(({ ids }) => ids[this.#begun.length] === id))
      return new QueryChoice(this.#sentence, this.#said, this.#from, [...this.#begun, id]);
    const place = this.#complete();
    const said = [...this.#said, (words[place] as QueryWord).text];
    if (id !== end) return new QueryChoice(this.#sentence, said, place + 1, [id]);
    return { allowed: new Uint16Array(0), text: head + said.join(' ') + tail, child: () => undefined };
  }

  path(text: string): number[] | null {
    const { words, end, head, tail } = this.#sentence;
    const ids: number[] = [];
    let from = this.#from;
    for (const word of text.slice(head.length, text.length - tail.length).split(' ')) {
      const place = words.findIndex((other, index) => index >= from && other.text === word);
      const known = words[place];
      if (!known) return null;
      ids.push(...known.ids);
      from = place + 1;
    }
    return [...ids, end];
  }

  *#next(): Iterable<number> {
    const { words, end } = this.#sentence;
    const ids = new Set(this.#continuing().map((word) => word.ids[this.#begun.length] as number));
    const place = this.#complete();
    if (place >= 0) {
      for (const { ids: later } of words.slice(place + 1)) ids.add(later[0] as number);
      ids.add(end);
    }
    yield* ids;
  }

  /** Words of which more is to come. */
  #continuing(): QueryWord[] {
    return this.#sentence.words.filter(
      ({ ids }, index) => index >= this.#from && ids.length > this.#begun.length && this.#begins(ids),
    );
  }

  /** The word that has been said whole, or -1. */
  #complete(): number {
    if (this.#begun.length === 0) return -1;
    return this.#sentence.words.findIndex(
      ({ ids }, index) => index >= this.#from && ids.length === this.#begun.length && this.#begins(ids),
    );
  }

  #begins(ids: TokenIds): boolean {
    return this.#begun.every((id, i) => ids[i] === id);
  }
}
