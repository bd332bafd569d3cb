import type { OpenCommand } from '../envs/environment.ts';
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { type Choice, choiceTrie, endOf } from './choice.ts';

/** Free text that completes a command ends after so many tokens. */
const LONGEST = 64;

/**
 * The free text of an open command: any token may come, until one has the command's tail or a new line in it, ends a response, or it
 * is long enough. What stands before that is the text, without blanks at its ends; what is still missing of the command's end is forced.
 */
export class OpenText implements Choice {
  readonly text = null;
  readonly #tokenizer: TextTokenizer;
  readonly #command: OpenCommand;
  readonly #behind: string;
  readonly #end: TokenIds;
  readonly #said: readonly number[];

  /** @param behind what is written behind a command */
  constructor(tokenizer: TextTokenizer, command: OpenCommand, behind: string, said: readonly number[] = []) {
    this.#tokenizer = tokenizer;
    this.#command = command;
    this.#behind = behind;
    this.#end = tokenizer.encode(command.tail + behind);
    this.#said = said;
  }

  /** Nothing is left to choose once the text is long enough: its end is forced. */
  get allowed(): TokenIds | null {
    return this.#isFull ? this.#end.subarray(0, 1) : null;
  }

  child(id: number): Choice | undefined {
    const { head, tail } = this.#command;
    if (this.#isFull) {
      const text = this.#tokenizer.decode(this.#said);
      return id === this.#end[0] ? finish(head + text.trim() + tail, this.#end.subarray(1)) : undefined;
    }
    const said = [...this.#said, id];
    const text = this.#tokenizer.decode(said);
    const end = firstOf(text, endsOf(tail));
    if (end === null && !this.#tokenizer.endIds.includes(id))
      return new OpenText(this.#tokenizer, this.#command, this.#behind, said);
    const left = end === null ? this.#end : this.#endBehind(text.slice(end), id);
    return finish(head + text.slice(0, end ?? undefined).trim() + tail, left);
  }

  /** What is missing of the end behind a last token, with which `written` was begun: all of it where that is something else. */
  #endBehind(written: string, id: number): TokenIds {
    if (id === this.#end[0]) return this.#end.subarray(1);
    const whole = this.#command.tail + this.#behind;
    return whole.startsWith(written) ? this.#tokenizer.encode(whole.slice(written.length)) : this.#end;
  }

  path(text: string): number[] | null {
    const { head, tail } = this.#command;
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail))
      return null;
    const inside = text.slice(head.length, text.length - tail.length);
    if (firstOf(inside, endsOf(tail)) !== null || inside !== inside.trim()) return null;
    const ids = this.#tokenizer.encode(inside);
    const isSayable = ids.length <= LONGEST && this.#tokenizer.decode(ids) === inside;
    if (!isSayable || this.#said.some((id, i) => ids[i] !== id)) return null;
    return [...ids.subarray(this.#said.length), ...this.#end];
  }

  get #isFull(): boolean {
    return this.#said.length >= LONGEST;
  }
}

/** The end of a command behind which some tokens are forced. */
function finish(command: string, left: TokenIds): Choice {
  return left.length === 0 ? endOf(command) : choiceTrie([command], () => left);
}

/** What ends a text; a command without a tail ends with its line. */
const endsOf = (tail: string): string[] => (tail === '' ? ['\n'] : [tail, '\n']);

/** Where the first of some texts begins; null where none is in there. */
function firstOf(text: string, marks: readonly string[]): number | null {
  const places = marks.map((mark) => text.indexOf(mark)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : null;
}
