import { AppError } from '../../contract/error.ts';
import type { TurnFormat } from '../../contract/estimators.ts';
import type { Level } from '../../contract/metrics.ts';
import {
  type ExpertTurn,
  isSameSubgoal,
  SUBGOAL_VERBS,
  type Subgoal,
  type SubgoalVerb,
} from '../envs/alfworld/expert.ts';
import { commandTrie, encodeCommand, forced, type TrieNode } from './command-trie.ts';
import { readStrategy, STRATEGY_LENGTH, type Strategy } from './strategy.ts';
import { ALFWORLD_VOCABULARY as WORDS } from './vocabulary.ts';

export type { TurnFormat };

/** Number of each level in arrays, in the order they are emitted. */
export const LEVEL_CODE: Record<Level, number> = { switch: 0, high: 1, low: 2 };

export function subgoalText(subgoal: Subgoal): string {
  return `${subgoal.verb} ${subgoal.object} ${subgoal.receptacle}`;
}

/**
 * Positions of a Plan-Execute response. A flat one starts with its action at 0, and so does one of the strategy format but
 * for the first turn, where the action comes after `STRATEGY_LENGTH` tokens.
 */
export const SWITCH_POSITION = 0;
export const SUBGOAL_POSITION = 1;
export const ACTION_POSITION = 4;
/** Longest action: `take apple 1 fridge 1`. */
export const MAX_ACTION_TOKENS = 5;
export const MAX_RESPONSE_TOKENS = ACTION_POSITION + MAX_ACTION_TOKENS;

/** What may be said on one turn. */
export interface TurnGrammar {
  format: TurnFormat;
  /** The environment's commands that do something now; `help` is left out of the grammar. */
  admissible: readonly string[];
  /** The sub-goal in force, which KEEP copies; null on the first turn, which must SWITCH. Plan-Execute only. */
  current: Subgoal | null;
  /** Ids of the object classes a sub-goal may name (the task's object, the lamp). Plan-Execute only. */
  objects: Uint16Array;
  /** Ids of the receptacle classes of the room. Plan-Execute and strategy only. */
  receptacles: Uint16Array;
  /** The strategy in force; null on the first turn, which chooses one. Strategy format only. */
  strategy?: Strategy | null;
}

/** Walks a response token by token; at every position only grammatical ids are allowed. */
export interface ResponseDecoder {
  /** Ids allowed at the next position; one id = forced. Shared between turns: do not write. Empty once done. */
  allowed(): Uint16Array;
  /** Emits the next token. Throws AppError `bad-input` for an id that is not allowed. */
  push(id: number): void;
  readonly done: boolean;
  /** The finished turn. Throws AppError before `done`. */
  response(): TurnResponse;
}

/** One emitted (or demonstrated) turn. Arrays are per position, all of the same length. */
export interface TurnResponse {
  ids: Uint16Array;
  /** Level of each position as `LEVEL_CODE`. */
  level: Uint8Array;
  /** Ids that were allowed at each position: the support of the constrained distribution. */
  allowed: readonly Uint16Array[];
  /** Positions with more than one allowed id; all others have log-probability 0. */
  decisions: readonly number[];
  /** True when the turn is a boundary (SWITCH); false for KEEP and in the other formats. */
  switched: boolean;
  /** The sub-goal in force after this turn; null in the other formats. */
  subgoal: Subgoal | null;
  /** `get mug cabinet`; empty in the other formats. */
  subgoalText: string;
  /** The strategy in force after this turn; null in the other formats. */
  strategy: Strategy | null;
  /** The environment command. */
  action: string;
  /** Position of the first action token; in Plan-Execute the low-level value is read there (spec/hae.md 1.3). */
  lowPosition: number;
}

const KEEP = WORDS.id('KEEP');
const SWITCH = WORDS.id('SWITCH');
const KEEP_OR_SWITCH = Uint16Array.of(KEEP, SWITCH);
const VERB_IDS = WORDS.encode(SUBGOAL_VERBS);
const NONE = WORDS.id('none');
const NONE_ALLOWED = new Uint16Array(0);
const PLAN_EXECUTE_LEVELS = Uint8Array.of(0, 1, 1, 1, 2, 2, 2, 2, 2);
const STRATEGY_LEVELS = Uint8Array.of(1, 1, 1, 2, 2, 2, 2, 2);
const FLAT_LEVELS = Uint8Array.of(2, 2, 2, 2, 2);

/**
 * Constrained decoding of one turn (spec/hae.md 1.1 with the closing tags implied by position): switch, then three
 * sub-goal tokens which KEEP forces to the current sub-goal, then an action along the trie of admissible commands. In the
 * strategy format the first turn has `STRATEGY_LENGTH` classes of the room in the place of the switch and sub-goal, each
 * at most once; `none` ends them early.
 */
export class TurnDecoder implements ResponseDecoder {
  readonly #grammar: TurnGrammar;
  readonly #ids: number[] = [];
  readonly #allowed: Uint16Array[] = [];
  readonly #actionPosition: number;
  #node: TrieNode;
  #next: Uint16Array;

  constructor(grammar: TurnGrammar) {
    const { format, current, strategy, receptacles } = grammar;
    this.#grammar = grammar;
    this.#node = commandTrie(WORDS, grammar.admissible);
    if (format === 'plan-execute') {
      this.#actionPosition = ACTION_POSITION;
      this.#next = current ? KEEP_OR_SWITCH : forced(SWITCH);
    } else {
      const isPlanning = format === 'strategy' && !strategy;
      this.#actionPosition = isPlanning ? STRATEGY_LENGTH : 0;
      this.#next = isPlanning ? receptacles : this.#node.allowed;
    }
  }

  allowed(): Uint16Array {
    return this.#next;
  }

  get done(): boolean {
    return this.#node.isLeaf;
  }

  push(id: number): void {
    if (!this.#next.includes(id)) throw this.#refuse(id);
    const position = this.#ids.length;
    this.#ids.push(id);
    this.#allowed.push(this.#next);
    this.#next = this.#allowedAfter(position, id);
  }

  #allowedAfter(position: number, id: number): Uint16Array {
    const { format, current, objects, receptacles } = this.#grammar;
    if (position >= this.#actionPosition) {
      this.#node = this.#node.child(id) as TrieNode;
      return this.#node.isLeaf ? NONE_ALLOWED : this.#node.allowed;
    }
    if (position === this.#actionPosition - 1) return this.#node.allowed;
    if (format === 'strategy') {
      const rest = id === NONE ? [] : receptacles.filter((other) => !this.#ids.includes(other));
      return Uint16Array.of(...rest, NONE);
    }
    const kept = this.#ids[SWITCH_POSITION] === KEEP ? current : null;
    if (position === SWITCH_POSITION) return kept ? forced(WORDS.id(kept.verb)) : VERB_IDS;
    if (position === SUBGOAL_POSITION) return kept ? forced(WORDS.id(kept.object)) : objects;
    return kept ? forced(WORDS.id(kept.receptacle)) : receptacles;
  }

  response(): TurnResponse {
    const action = this.#node.command;
    if (action === null) {
      throw new AppError(
        'internal',
        `turn read after ${this.#ids.length} tokens, before its action was complete`,
      );
    }
    const ids = Uint16Array.from(this.#ids);
    const allowed = this.#allowed;
    const decisions: number[] = [];
    for (let position = 0; position < allowed.length; position++) {
      if ((allowed[position] as Uint16Array).length > 1) decisions.push(position);
    }
    const length = ids.length;
    const lowPosition = this.#actionPosition;
    if (this.#grammar.format !== 'plan-execute') {
      const levels = lowPosition > 0 ? STRATEGY_LEVELS : FLAT_LEVELS;
      return {
        ids,
        level: levels.subarray(0, length),
        allowed,
        decisions,
        switched: false,
        subgoal: null,
        subgoalText: '',
        strategy: this.#strategy(),
        action,
        lowPosition,
      };
    }
    const switched = ids[SWITCH_POSITION] === SWITCH;
    const kept = switched ? null : this.#grammar.current;
    const subgoal = kept ?? {
      verb: WORDS.word(ids[SUBGOAL_POSITION] ?? 0) as SubgoalVerb,
      object: WORDS.word(ids[SUBGOAL_POSITION + 1] ?? 0),
      receptacle: WORDS.word(ids[SUBGOAL_POSITION + 2] ?? 0),
    };
    return {
      ids,
      level: PLAN_EXECUTE_LEVELS.subarray(0, length),
      allowed,
      decisions,
      switched,
      subgoal,
      subgoalText: subgoalText(subgoal),
      strategy: null,
      action,
      lowPosition,
    };
  }

  #strategy(): Strategy | null {
    const { format, strategy = null } = this.#grammar;
    if (format !== 'strategy' || strategy) return strategy;
    return readStrategy(this.#ids.slice(0, STRATEGY_LENGTH));
  }

  #refuse(id: number): AppError {
    if (this.done) return new AppError('bad-input', 'a token after the end of the turn');
    const allowed = WORDS.decode(this.#next).join(', ');
    return new AppError(
      'bad-input',
      `token "${WORDS.word(id)}" at position ${this.#ids.length} is outside the grammar; allowed: ${allowed}`,
    );
  }
}

/**
 * An expert's turn in the words of `grammar`: the same walk a sampled response takes, so its targets, levels and
 * allowed sets fit one another. `strategy` is what the first turn of the strategy format chooses. Throws AppError
 * `bad-input` that names the command or the part of the sub-goal or strategy outside the grammar, and for a KEEP that does
 * not repeat the current sub-goal.
 */
export function encodeTurn(grammar: TurnGrammar, turn: ExpertTurn, strategy: Strategy = []): TurnResponse {
  const { current } = grammar;
  if (!grammar.admissible.includes(turn.action) || turn.action === 'help') {
    throw new AppError('bad-input', `expert command "${turn.action}" is not among the admissible commands`);
  }
  const decoder = new TurnDecoder(grammar);
  const push = (word: string, part: string) => {
    if (!WORDS.has(word) || !decoder.allowed().includes(WORDS.id(word))) {
      const allowed = WORDS.decode(decoder.allowed()).join(', ');
      throw new AppError('bad-input', `expert ${part}: "${word}" is outside the grammar (${allowed})`);
    }
    decoder.push(WORDS.id(word));
  };
  if (grammar.format === 'strategy' && !grammar.strategy)
    for (let place = 0; place < STRATEGY_LENGTH; place++)
      push(strategy[place] ?? 'none', `strategy "${strategy.join(' ')}"`);
  if (grammar.format === 'plan-execute') {
    const { verb, object, receptacle } = turn.subgoal;
    const text = subgoalText(turn.subgoal);
    if (!turn.switched && !isSameSubgoal(current, turn.subgoal)) {
      const reason = current
        ? `the current sub-goal is "${subgoalText(current)}"`
        : 'there is no sub-goal yet';
      throw new AppError('bad-input', `expert keeps "${text}", but ${reason}`);
    }
    decoder.push(turn.switched ? SWITCH : KEEP);
    for (const word of [verb, object, receptacle]) push(word, `sub-goal "${text}"`);
  }
  for (const id of encodeCommand(WORDS, turn.action)) decoder.push(id);
  return decoder.response();
}
