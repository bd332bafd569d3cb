import type { Context } from '../../contract/fields/policy.ts';
import type { Memory, OpenCommand, World } from '../envs/environment.ts';
import type { EnvironmentKind } from '../envs/kind.ts';
import type { TextTokenizer } from '../model/text-tokenizer.ts';
import type { TokenIds } from '../model/token-ids.ts';
import { type Choice, choiceTrie, commandTrie, endOf, type Opening } from './choice.ts';
import { type FreeOptions, FreeSpeech } from './free-speech.ts';
import { KEEP, type Language, SWITCH } from './language.ts';
import { OpenText } from './open-text.ts';
import type { TurnFormat } from './turn.ts';
import { referenceText, type TurnText } from './turn-text.ts';
import type { View } from './view.ts';

/** Raised when a text of `turn-text.ts` changes. */
const VERSION = 'text-1';
const CACHE_LIMIT = 100_000;
/** No response among what can be said has more tokens. */
const LONGEST_CHOICE = 256;

/**
 * The language of a pretrained model: turns as text in its own tokens, what may be said as tries over them. Each stretch of a
 * response is tokenized by itself, so that what is played is exactly what is learned from.
 */
export class TextLanguage implements Language {
  readonly world: World;
  readonly context: Context;
  readonly version: string;
  readonly stride = Number.POSITIVE_INFINITY;
  readonly longestResponse: number;
  readonly free: FreeSpeech | null;
  readonly #tokenizer: TextTokenizer;
  readonly #text: TurnText;
  readonly #format: TurnFormat;
  readonly #spelled = new Map<string, TokenIds>();
  readonly #subgoals = new Map<string, Choice>();
  readonly #switches: [first: Choice, later: Choice];

  /** With `free`, responses are free text; the context has to be `rebuilt` then. */
  constructor(
    { world, dialogue, reference }: EnvironmentKind,
    tokenizer: TextTokenizer,
    context: Context,
    format: TurnFormat,
    free?: Omit<FreeOptions, 'dialect'>,
  ) {
    this.world = world;
    this.#tokenizer = tokenizer;
    this.context = context;
    const { dialect } = reference;
    this.free = free
      ? new FreeSpeech(tokenizer, format === 'flat' ? 'flat' : 'plan-execute', { ...free, dialect })
      : null;
    this.longestResponse = free?.longest ?? LONGEST_CHOICE;
    this.version = `${VERSION} ${context}${free ? ' free' : ''}`;
    this.#text = context === 'dialogue' ? dialogue : referenceText(reference, world.isSayable);
    this.#format = format;
    const spell = (choice: string) => this.#spell(choice === KEEP ? this.#text.keep : this.#text.switch);
    this.#switches = [choiceTrie([SWITCH], spell), choiceTrie([KEEP, SWITCH], spell)];
  }

  prompt(view: View): TokenIds {
    const text = this.#text.prompt(view);
    if (this.context === 'dialogue')
      return view.history.length === 0 ? this.#tokenizer.encodeWhole(text) : this.#tokenizer.encode(text);
    if (!this.#tokenizer.hasChatTemplate) return this.#tokenizer.encodeWhole(`${text}\n\n`);
    return this.#tokenizer.encode(this.#tokenizer.renderChat([{ role: 'user', content: text }]));
  }

  switch(canKeep: boolean): Choice {
    return this.#switches[canKeep ? 1 : 0];
  }

  copy(subgoal: string): Choice {
    const text = this.#text.copy(subgoal);
    return text === '' ? endOf(subgoal) : choiceTrie([subgoal], () => this.#spell(text));
  }

  subgoal(memory: Memory): Choice {
    const texts = memory.subgoals();
    const key = texts.join('\n');
    const known = this.#subgoals.get(key);
    if (known) return known;
    const trie = choiceTrie(texts, (text) => this.#spell(this.#text.subgoal(text)));
    if (this.#subgoals.size >= CACHE_LIMIT / 100) this.#subgoals.clear();
    this.#subgoals.set(key, trie);
    return trie;
  }

  /** Not in this language: the config refuses it. */
  strategy(): Choice {
    throw new Error('strategies are spelled by the small policy only');
  }

  action(admissible: readonly string[]): Choice {
    const { openCommands, isSayable } = this.world;
    const isOpen = (command: string) => openCommands.some(({ shown }) => shown === command);
    const [before, behind] = this.#text.action;
    // The reference's flat answer opens its tag itself.
    const start = this.context === 'rebuilt' && this.#format === 'flat' ? `<action>${before}` : before;
    return commandTrie(
      admissible.filter((command) => isSayable(command) && !isOpen(command)),
      (command) => this.#spell(start + command + behind),
      openCommands
        .filter(({ shown }) => admissible.includes(shown))
        .map((command) => this.#opening(command, start, behind)),
    );
  }

  #opening(command: OpenCommand, before: string, behind: string): Opening {
    return {
      head: this.#spell(before + command.head),
      rest: new OpenText(this.#tokenizer, command, behind),
    };
  }

  show(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.#tokenizer.decode([id]));
  }

  #spell(text: string): TokenIds {
    const known = this.#spelled.get(text);
    if (known) return known;
    const ids = this.#tokenizer.encode(text);
    if (this.#spelled.size >= CACHE_LIMIT) this.#spelled.clear();
    this.#spelled.set(text, ids);
    return ids;
  }
}
