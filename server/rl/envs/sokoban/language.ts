import { type Choice, choiceTrie, commandTrie } from '../../agent/choice.ts';
import { KEEP, SWITCH } from '../../agent/language.ts';
import type { View } from '../../agent/view.ts';
import type { WordLanguage } from '../../agent/word-language.ts';
import type { TokenIds } from '../../model/token-ids.ts';
import { Vocabulary } from '../vocabulary.ts';
import { DIRECTIONS, neighbour, symbolAt } from './board.ts';
import type { RoomMemory } from './memory.ts';
import { SOKOBAN_WORLD } from './world.ts';

/** Between cells within the outer walls of the largest rooms; the player's own place counts from the corner. */
const OFFSETS = [-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6];

const WORDS = new Vocabulary('sokoban-1', [
  '<pad>',
  ...'<room> <you> <box> <last> <sub> <switch> <action>'.split(' '),
  ...[KEEP, SWITCH],
  ...DIRECTIONS,
  ...['1', '2'],
  ...OFFSETS.map((offset) => `down${offset}`),
  ...OFFSETS.map((offset) => `right${offset}`),
  ...'# _ O X √ P S'.split(' '),
]);

/** Words that carry nothing get no token: `push box 1 left` is `1 left`. */
const spell = (text: string): TokenIds => WORDS.encode(text.split(' ').filter((word) => WORDS.has(word)));
const SWITCH_ALONE = choiceTrie([SWITCH], spell);
const KEEP_OR_SWITCH = choiceTrie([KEEP, SWITCH], spell);

/**
 * The small policy's words, one a token: `<room>` and every cell within the outer walls; every `<box>` by how far down and right of
 * the player it is, what is above, below, left and right of it, and how far down and right of it the targets are; where `<you>` are
 * and what is around you; the `<last>` move; the sub-goal in force.
 */
export class SokobanLanguage implements WordLanguage {
  readonly world = SOKOBAN_WORLD;
  readonly context = 'rebuilt';
  readonly version = WORDS.version;
  readonly stride = 1;
  /** Switch, two words of a sub-goal, a move. */
  readonly longestResponse = 4;
  readonly free = null;
  readonly size = WORDS.size;
  /** By the identity of a list. */
  readonly #tries = new WeakMap<readonly string[], Choice>();

  prompt({ memory: { board, lastCommand }, subgoal, format }: View<RoomMemory>): TokenIds {
    const { width, room, player, boxes } = board;
    const [down, right] = [(cell: number) => Math.floor(cell / width), (cell: number) => cell % width];
    const from = (a: number, b: number) => [`down${down(b) - down(a)}`, `right${right(b) - right(a)}`];
    const around = (cell: number) =>
      DIRECTIONS.map((direction) => symbolAt(board, neighbour(width, cell, direction)));
    const cells = Array.from(room, (_, cell) => cell);
    const isInside = (cell: number) =>
      cell > width && cell < room.length - width && right(cell) > 0 && right(cell) < width - 1;
    const targets = cells.filter((cell) => room[cell] === 'O');
    return WORDS.encode([
      '<room>',
      ...cells.filter(isInside).map((cell) => symbolAt(board, cell)),
      ...boxes.flatMap((box) => [
        ...['<box>', ...from(player, box), ...around(box)],
        ...targets.flatMap((target) => from(box, target)),
      ]),
      ...['<you>', ...from(0, player), ...around(player)],
      ...['<last>', ...(lastCommand === null ? [] : [lastCommand])],
      ...(format === 'flat' ? ['<action>'] : ['<sub>', ...WORDS.decode(spell(subgoal ?? '')), '<switch>']),
    ]);
  }

  switch(canKeep: boolean): Choice {
    return canKeep ? KEEP_OR_SWITCH : SWITCH_ALONE;
  }

  copy(subgoal: string): Choice {
    return choiceTrie([subgoal], spell);
  }

  subgoal(memory: RoomMemory): Choice {
    return this.#trie(memory.subgoals(), choiceTrie);
  }

  /** Not in this language: the config refuses it. */
  strategy(): Choice {
    throw new Error('Sokoban has no strategies');
  }

  action(admissible: readonly string[]): Choice {
    return this.#trie(admissible, commandTrie);
  }

  show(ids: ArrayLike<number>): string[] {
    return WORDS.decode(ids);
  }

  renaming() {
    return null;
  }

  #trie(texts: readonly string[], make: typeof commandTrie): Choice {
    const known = this.#tries.get(texts) ?? make(texts, spell);
    this.#tries.set(texts, known);
    return known;
  }
}
