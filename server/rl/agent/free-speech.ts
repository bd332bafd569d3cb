import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { TokenIds } from '../model/token-ids.ts';
import type { ProjectionDialect } from './reference-format.ts';
import type { TextFormat } from './reference-prompt.ts';
import { REFERENCE_TAGS as TAGS } from './turn-text.ts';

export interface FreeOptions {
  /** Which of the reference's parsers reads responses. */
  dialect: ProjectionDialect;
  /** A response is over after so many tokens. */
  longest: number;
  /**
   * Whether all tokens of a response are trained, as the reference's flat estimators do, or those of the blocks alone, as its HAE
   * does (spec/hae.md 2.8 and 4).
   */
  trainsAll: boolean;
}

/** A turn as an expert takes it. */
export interface WrittenTurn {
  switched: boolean;
  subgoal: string;
  action: string;
}

/** How a language model speaks where nothing constrains it: the tokens of its text, and the text of its tokens. */
export class FreeSpeech {
  readonly format: TextFormat;
  readonly dialect: ProjectionDialect;
  readonly longest: number;
  readonly trainsAll: boolean;
  readonly #tokenizer: TextTokenizer;

  constructor(tokenizer: TextTokenizer, format: TextFormat, { dialect, longest, trainsAll }: FreeOptions) {
    this.#tokenizer = tokenizer;
    this.format = format;
    this.dialect = dialect;
    this.longest = longest;
    this.trainsAll = trainsAll;
  }

  isEnd(id: number): boolean {
    return this.#tokenizer.endIds.includes(id);
  }

  /** The text of a response, without special tokens. */
  read(ids: TokenIds): string {
    return this.#tokenizer.decode(ids);
  }

  /** The text of every token by itself, special ones too. */
  pieces(ids: TokenIds): string[] {
    return this.#tokenizer.pieces(ids);
  }

  /** A turn in the reference's format, the token that ends it included. The flat format has a place to think, left empty. */
  write({ switched, subgoal, action }: WrittenTurn): Uint32Array {
    const plan = switched ? TAGS.switch + TAGS.subgoal(subgoal) : TAGS.keep + TAGS.copy(subgoal);
    const [before, behind] = TAGS.action;
    const opening = this.format === 'flat' ? '<think></think>\n<action>' : plan;
    const ids = this.#tokenizer.encode(opening + before + action + behind);
    return Uint32Array.of(...ids, ...this.#tokenizer.endIds.slice(0, 1));
  }
}
