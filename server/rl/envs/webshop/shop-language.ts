import { type Choice, choiceTrie, commandTrie } from '../../agent/choice.ts';
import { KEEP, SWITCH } from '../../agent/language.ts';
import type { View } from '../../agent/view.ts';
import type { RenamableRow, WordLanguage } from '../../agent/word-language.ts';
import type { TokenIds } from '../../model/token-ids.ts';
import type { World } from '../environment.ts';
import { parseAction } from './action.ts';
import { SEARCH } from './environment.ts';
import { type ShopMemory, SUBGOALS } from './memory.ts';
import { QueryChoice, type QueryWord } from './query-choice.ts';
import { shopPrompt, spellValue } from './shop-prompt.ts';
import { MOST_RESULTS, type ShopVocabulary } from './vocabulary.ts';
import { WEBSHOP_WORLD } from './world.ts';

/** Tokens of a query's words, and of an option: longer options cannot be said. */
const LONGEST_TEXT = 64;

const BUTTONS: ReadonlyMap<string, string> = new Map([
  ['next >', 'next'],
  ['< prev', 'prev'],
  ['back to search', 'back'],
  ['buy now', 'buy'],
  ['description', 'description'],
  ['features', 'features'],
  ['reviews', 'reviews'],
]);

/**
 * The language of the small policy for shops: facts and pages in words of its own, instructions in byte pairs. A
 * result or an option is named by its place, a query is some of the instruction's words in their order.
 */
export class ShopLanguage implements WordLanguage {
  readonly world: World = WEBSHOP_WORLD;
  readonly context = 'rebuilt';
  readonly version: string;
  readonly stride = 1;
  /** Switch, sub-goal, `option` or `search`, a text, `end`. */
  readonly longestResponse = LONGEST_TEXT + 4;
  readonly free = null;
  readonly size: number;
  readonly #vocabulary: ShopVocabulary;
  readonly #switches: [first: Choice, later: Choice];
  readonly #subgoals: Choice;
  readonly #words = new WeakMap<ShopMemory, readonly QueryWord[]>();

  constructor(vocabulary: ShopVocabulary) {
    this.#vocabulary = vocabulary;
    this.version = vocabulary.version;
    this.size = vocabulary.size;
    this.#switches = [choiceTrie([SWITCH], this.#word), choiceTrie([KEEP, SWITCH], this.#word)];
    this.#subgoals = choiceTrie(SUBGOALS, this.#word);
  }

  prompt({ memory, subgoal, format }: View<ShopMemory>): TokenIds {
    return shopPrompt(this.#vocabulary, memory, this.#wordsOf(memory), subgoal, format);
  }

  switch(canKeep: boolean): Choice {
    return this.#switches[canKeep ? 1 : 0];
  }

  copy(subgoal: string): Choice {
    return choiceTrie([subgoal], this.#word);
  }

  subgoal(): Choice {
    return this.#subgoals;
  }

  /** Not in this world: the config refuses it. */
  strategy(): Choice {
    throw new Error('there are no strategies in WebShop');
  }

  action(admissible: readonly string[], memory: ShopMemory): Choice {
    const words = this.#wordsOf(memory);
    const rest = new QueryChoice({ words, end: this.#id('end'), head: 'search[', tail: ']' });
    return commandTrie(
      admissible.filter(
        (command) => command !== SEARCH && this.#spell(command, memory).length <= LONGEST_TEXT,
      ),
      (command) => this.#spell(command, memory),
      admissible.includes(SEARCH) && words.length > 0 ? [{ head: this.#word('search'), rest }] : [],
    );
  }

  show(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.#vocabulary.show(id));
  }

  /** Places of values and byte pairs are exchanged, so that copying is learned rather than words. */
  renaming(random: () => number) {
    const ids = Uint16Array.from({ length: this.size }, (_, id) => id);
    for (const range of this.#vocabulary.exchangeable)
      if (random() < range.share) shuffle(ids, range, random);
    const rename = <Ids extends TokenIds>(said: Ids) => said.map((id) => ids[id] as number) as Ids;
    return <Row extends RenamableRow>(row: Row): Row => ({
      ...row,
      prompt: rename(row.prompt),
      ids: rename(row.ids),
      allowed: row.allowed.map((allowed) => allowed && rename(allowed)),
    });
  }

  readonly #word = (word: string): Uint16Array => Uint16Array.of(this.#id(word));

  #id(word: string): number {
    return this.#vocabulary.id(word);
  }

  /** The instruction's words that fit. */
  #wordsOf(memory: ShopMemory): readonly QueryWord[] {
    const known = this.#words.get(memory);
    if (known) return known;
    let left = LONGEST_TEXT;
    const words = memory.wishes.queryWords
      .map((text) => ({ text, ids: this.#vocabulary.spell(text) }))
      .filter(({ ids }) => {
        left -= ids.length;
        return left >= 0;
      });
    this.#words.set(memory, words);
    return words;
  }

  #spell(command: string, memory: ShopMemory): TokenIds {
    const { page } = memory;
    const target = parseAction(command)?.argument ?? command;
    const button = BUTTONS.get(target);
    if (button) return this.#word(button);
    const place = page.kind === 'results' ? page.products.findIndex(({ asin }) => asin === target) : -1;
    if (place >= 0 && place < MOST_RESULTS) return this.#word(`result ${place + 1}`);
    return spellValue(this.#vocabulary, memory, target);
  }
}

/** Exchanges the entries from `from` to before `to` at random. */
function shuffle(ids: Uint16Array, { from, to }: { from: number; to: number }, random: () => number): void {
  for (let i = to - 1; i > from; i--) {
    const j = from + Math.floor(random() * (i + 1 - from));
    const swapped = ids[i] as number;
    ids[i] = ids[j] as number;
    ids[j] = swapped;
  }
}
