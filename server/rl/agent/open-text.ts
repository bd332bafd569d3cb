import type { OpenCommand } from '../envs/environment.ts';
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { type Choice, choiceTrie } from './choice.ts';

/** Free text that completes a command ends after so many tokens. */
const LONGEST = 32;

/**
 * The free text of an open command: any token may come, until one has the command's tail or a new line in it, or it is long enough.
 * What stands before that is the text, without blanks at its ends; what is still missing of the command's end is forced.
 */
export class OpenText implements Choice {
  readonly text = null;
  readonly #tokenizer: TextTokenizer;
  readonly #command: OpenCommand;
  readonly #end: TokenIds;
  readonly #said: readonly number[];

  /** @param end the tokens of the command's tail and what is written behind a command */
  constructor(tokenizer: TextTokenizer, command: OpenCommand, end: TokenIds, said: readonly number[] = []) {
    this.#tokenizer = tokenizer;
    this.#command = command;
    this.#end = end;
    this.#said = said;
  }

  /** Nothing is left to choose once the text is long enough: its end is forced. */
  get allowed(): TokenIds | null {
    return this.#said.length < LONGEST ? null : this.#end.subarray(0, 1);
  }

  child(id: number): Choice | undefined {
    if (this.#said.length >= LONGEST && id !== this.#end[0]) return undefined;
    const said = [...this.#said, id];
    const { head, tail } = this.#command;
    const text = this.#tokenizer.decode(said);
    const end = firstOf(text, [tail, '\n']);
    const isOver = end !== null || this.#tokenizer.endIds.includes(id) || this.#said.length >= LONGEST;
    if (!isOver) return new OpenText(this.#tokenizer, this.#command, this.#end, said);
    const command = head + text.slice(0, end ?? undefined).trim() + tail;
    // The end is written as it is behind every command, but for a token that was just said.
    const left = id === this.#end[0] ? this.#end.subarray(1) : this.#end;
    return left.length === 0
      ? { allowed: left, text: command, child: () => undefined }
      : choiceTrie([command], () => left);
  }

  path(text: string): number[] | null {
    const { head, tail } = this.#command;
    if (!text.startsWith(head) || !text.endsWith(tail)) return null;
    const inside = text.slice(head.length, text.length - tail.length);
    if (firstOf(inside, [tail, '\n']) !== null) return null;
    const ids = this.#tokenizer.encode(inside);
    return ids.length > LONGEST - this.#said.length ? null : [...ids, ...this.#end];
  }
}

/** Where the first of some texts begins; null where none is in there. */
function firstOf(text: string, marks: readonly string[]): number | null {
  const places = marks.map((mark) => text.indexOf(mark)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : null;
}
