import { type Choice, choiceTrie, commandTrie } from '../../agent/choice.ts';
import { KEEP, SWITCH } from '../../agent/language.ts';
import type { View } from '../../agent/view.ts';
import type { RenamableRow, WordLanguage } from '../../agent/word-language.ts';
import type { TokenIds } from '../../model/token-ids.ts';
import type { World } from '../environment.ts';
import { SUBGOAL_VERBS } from './expert.ts';
import type { Knowledge } from './knowledge.ts';
import { encodeCommand, nanoPrompt } from './nano-prompt.ts';
import { randomRenaming, renameRow } from './renaming.ts';
import { STRATEGY_LENGTH } from './strategy.ts';
import { ALFWORLD_VOCABULARY as WORDS } from './vocabulary.ts';
import { ALFWORLD_WORLD, isSayable } from './world.ts';

const NONE = WORDS.id('none');
const VERBS = WORDS.encode(SUBGOAL_VERBS);
const spellWords = (text: string): TokenIds => WORDS.encode(text.split(' '));
const SWITCH_ALONE = choiceTrie([SWITCH], spellWords);
const KEEP_OR_SWITCH = choiceTrie([KEEP, SWITCH], spellWords);

/** One token of each list in turn; the text is their words. */
function product(lists: readonly TokenIds[], words: readonly string[] = []): Choice {
  const allowed = lists[words.length] ?? new Uint16Array(0);
  return {
    allowed,
    text: words.length === lists.length ? words.join(' ') : null,
    child: (id) => (allowed.includes(id) ? product(lists, [...words, WORDS.word(id)]) : undefined),
  };
}

/** `STRATEGY_LENGTH` classes, each at most once; `none` fills the places left over and stands in no text. */
function strategies(receptacles: TokenIds, said: readonly number[] = []): Choice {
  const isOver = said.at(-1) === NONE;
  const left = Array.from(receptacles).filter((id) => !isOver && !said.includes(id));
  const isEnd = said.length === STRATEGY_LENGTH;
  const allowed = Uint16Array.from(isEnd ? [] : said.length === 0 ? left : [...left, NONE]);
  return {
    allowed,
    text: isEnd ? WORDS.decode(said.filter((id) => id !== NONE)).join(' ') : null,
    child: (id) => (allowed.includes(id) ? strategies(receptacles, [...said, id]) : undefined),
  };
}

/** The language of the small policy: a word a token, the whole prompt rebuilt from what the agent knows at every turn. */
export class NanoLanguage implements WordLanguage {
  readonly world: World = ALFWORLD_WORLD;
  readonly context = 'rebuilt';
  readonly version = WORDS.version;
  /** All rows of a batch go on by one token, and some choose while others are forced. */
  readonly stride = 1;
  /** Switch, three words of a sub-goal, and an action such as `take apple 1 fridge 1`. */
  readonly longestResponse = 9;
  readonly free = null;
  readonly size = WORDS.size;
  /** By the identity of a list, which must not be changed later. */
  readonly #encoded = new WeakMap<readonly string[], TokenIds>();
  readonly #actions = new WeakMap<readonly string[], Choice>();

  prompt({ memory, subgoal, format, strategy }: View<Knowledge>): TokenIds {
    return nanoPrompt(memory, subgoal, format, strategy);
  }

  switch(canKeep: boolean): Choice {
    return canKeep ? KEEP_OR_SWITCH : SWITCH_ALONE;
  }

  copy(subgoal: string): Choice {
    return choiceTrie([subgoal], spellWords);
  }

  /** An object that has no word of its own is `none`. */
  subgoal({ objectClasses, receptacleClasses }: Knowledge): Choice {
    const named = this.#encode(objectClasses, (all) => all.filter((word) => WORDS.has(word)));
    return product([VERBS, named.length > 0 ? named : Uint16Array.of(NONE), this.#encode(receptacleClasses)]);
  }

  strategy({ receptacleClasses }: Knowledge): Choice {
    return strategies(this.#encode(receptacleClasses));
  }

  action(admissible: readonly string[]): Choice {
    const known = this.#actions.get(admissible);
    if (known) return known;
    const trie = commandTrie(admissible.filter(isSayable), encodeCommand);
    this.#actions.set(admissible, trie);
    return trie;
  }

  show(ids: ArrayLike<number>): string[] {
    return WORDS.decode(ids);
  }

  renaming(random: () => number) {
    const renaming = randomRenaming(random);
    return <Row extends RenamableRow>(row: Row): Row => renameRow(row, renaming);
  }

  #encode(words: readonly string[], select = (all: readonly string[]) => all): TokenIds {
    const known = this.#encoded.get(words);
    if (known) return known;
    const ids = WORDS.encode(select(words));
    this.#encoded.set(words, ids);
    return ids;
  }
}
