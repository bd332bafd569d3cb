import { AppError } from '../../contract/error.ts';
import type { ExpertTurn, Strategy } from '../envs/environment.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { type Choice, pathTo } from './choice.ts';
import { KEEP, type Language, SWITCH } from './language.ts';
import { LEVEL_CODE, type ResponseDecoder, type TurnGrammar, type TurnResponse } from './turn.ts';

/** The stretches of a response, in order: KEEP or SWITCH, the sub-goal or strategy, the action. */
type Part = 'switch' | 'plan' | 'action';
/** Choices that an error lists. */
const SHOWN_CHOICES = 12;
const PART_LEVEL: Record<Part, number> = {
  switch: LEVEL_CODE.switch,
  plan: LEVEL_CODE.high,
  action: LEVEL_CODE.low,
};

/**
 * Constrained decoding of one turn (spec/hae.md 1.1) in any language: the switch, then a sub-goal which KEEP forces to the
 * current one, then an action along the trie of admissible commands. In the strategy format the first turn has a strategy in
 * the place of the switch and sub-goal; the flat format has the action alone.
 */
export class TurnDecoder implements ResponseDecoder {
  readonly #language: Language;
  readonly #grammar: TurnGrammar;
  readonly #ids: number[] = [];
  readonly #level: number[] = [];
  readonly #allowed: (TokenIds | null)[] = [];
  readonly #texts: Partial<Record<Part, string>> = {};
  /** Made at once, so that a list that cannot be told apart is refused before anything is said. */
  readonly #action: Choice;
  #part: Part;
  #choice: Choice;
  #lowPosition: number | null = null;

  constructor(language: Language, grammar: TurnGrammar) {
    this.#language = language;
    this.#grammar = grammar;
    const { format, current, strategy, memory } = grammar;
    this.#action = language.action(grammar.admissible, memory);
    if (format === 'plan-execute') {
      this.#part = 'switch';
      this.#choice = language.switch(current !== null);
    } else if (format === 'strategy' && !strategy) {
      this.#part = 'plan';
      this.#choice = language.strategy(memory);
    } else {
      this.#part = 'action';
      this.#choice = this.#action;
      this.#lowPosition = 0;
    }
  }

  allowed(): TokenIds | null {
    return this.#choice.allowed;
  }

  get length(): number {
    return this.#ids.length;
  }

  get lowPosition(): number | null {
    return this.#lowPosition;
  }

  get done(): boolean {
    return this.#texts.action !== undefined;
  }

  push(id: number): void {
    const next = this.#choice.child(id);
    if (!next) throw this.#refuse(id);
    this.#ids.push(id);
    this.#level.push(PART_LEVEL[this.#part]);
    this.#allowed.push(this.#choice.allowed);
    this.#choice = next;
    while (this.#choice.text !== null && !this.done) this.#finishPart(this.#choice.text);
  }

  /** The text that the present stretch has to spell to say `text`, token by token. Null where that is outside the grammar. */
  say(text: string): boolean {
    const path = pathTo(this.#choice, text);
    for (const id of path ?? []) this.push(id);
    return path !== null;
  }

  #finishPart(text: string): void {
    this.#texts[this.#part] = text;
    const { current, memory } = this.#grammar;
    if (this.#part === 'switch') {
      this.#part = 'plan';
      this.#choice =
        text === SWITCH || current === null ? this.#language.subgoal(memory) : this.#language.copy(current);
    } else if (this.#part === 'plan') {
      this.#part = 'action';
      this.#choice = this.#action;
      this.#lowPosition = this.#ids.length;
    }
  }

  response(): TurnResponse {
    const { action, plan = '' } = this.#texts;
    const { format, current, strategy = null } = this.#grammar;
    if (action === undefined)
      throw new AppError(
        'internal',
        `turn read after ${this.#ids.length} tokens, before its action was complete`,
      );
    const decisions = [...this.#allowed.keys()].filter((position) => this.#allowed[position]?.length !== 1);
    const switched = this.#texts.switch === SWITCH;
    return {
      ids: Uint32Array.from(this.#ids),
      level: Uint8Array.from(this.#level),
      allowed: this.#allowed,
      decisions,
      switched,
      subgoal: format !== 'plan-execute' ? null : switched || current === null ? plan : current,
      strategy: format === 'strategy' ? (strategy ?? plan.split(' ')) : null,
      action,
      lowPosition: this.#lowPosition ?? 0,
      malformed: false,
      empty: false,
    };
  }

  #refuse(id: number): AppError {
    if (this.done) return new AppError('bad-input', 'a token after the end of the turn');
    const [token] = this.#language.show([id]);
    const allowed = this.#language.show(this.#choice.allowed ?? []).join(', ');
    return new AppError(
      'bad-input',
      `token "${token}" at position ${this.#ids.length} is outside the grammar; allowed: ${allowed}`,
    );
  }
}

/**
 * An expert's turn as targets in the words of `grammar`: the same walk a sampled response takes, so its targets, levels and
 * allowed sets fit one another. `strategy` is what the first turn of the strategy format chooses. Throws AppError
 * `bad-input` that names the command, sub-goal or strategy outside the grammar, and for a KEEP that does not repeat the current
 * sub-goal.
 */
export function encodeTurn(
  language: Language,
  grammar: TurnGrammar,
  turn: ExpertTurn,
  strategy: Strategy = [],
): TurnResponse {
  const { current, format, memory } = grammar;
  const outside = (part: string, said: string) => {
    const choices = memory.subgoals();
    const some = choices.slice(0, SHOWN_CHOICES).join(', ') + (choices.length > SHOWN_CHOICES ? ', …' : '');
    return new AppError('bad-input', `expert ${part} "${said}" is outside the grammar (sub-goals: ${some})`);
  };
  const decoder = new TurnDecoder(language, grammar);
  if (format === 'strategy' && !grammar.strategy) {
    const said = strategy.join(' ');
    if (!decoder.say(said)) throw outside('strategy', said);
  }
  if (format === 'plan-execute') {
    const text = turn.subgoal;
    if (!turn.switched && current !== text) {
      const reason = current === null ? 'there is no sub-goal yet' : `the current sub-goal is "${current}"`;
      throw new AppError('bad-input', `expert keeps "${text}", but ${reason}`);
    }
    decoder.say(turn.switched ? SWITCH : KEEP);
    if (turn.switched && !decoder.say(text)) throw outside('sub-goal', text);
    if (!turn.switched && decoder.lowPosition === null) decoder.say(text);
  }
  if (!decoder.say(turn.action))
    throw new AppError('bad-input', `expert command "${turn.action}" is not among the admissible commands`);
  return decoder.response();
}
