import type { RenamableRow } from '../../agent/word-language.ts';
import type { TokenIds } from '../../model/token-ids.ts';
import { ALFWORLD_VOCABULARY, WORD_GROUPS } from './vocabulary.ts';

/** Numbers 1..14 are exchanged: they cover nearly every receptacle, and every object. */
const RENAMED_NUMBERS = WORD_GROUPS.numbers.slice(0, 14);

/** Probabilities that a row exchanges the words of a group (learning.md 2). */
export interface RenamingOptions {
  objects: number;
  numbers: number;
  furniture: number;
}
export const DEFAULT_RENAMING: RenamingOptions = { objects: 0.8, numbers: 0.6, furniture: 0.5 };

/**
 * A random permutation of the vocabulary that exchanges object classes (lamps keep theirs), numbers 1..14 and
 * receptacle classes (appliances keep theirs), each group with its probability, and leaves every other word alone.
 *
 * @param random uniform numbers in [0, 1); consumed in a fixed order.
 * @returns `[vocabulary size]`: the new id of each id.
 */
export function randomRenaming(
  random: () => number,
  options: RenamingOptions = DEFAULT_RENAMING,
): Uint16Array {
  const renaming = Uint16Array.from({ length: ALFWORLD_VOCABULARY.size }, (_, id) => id);
  if (random() < options.objects) permute(renaming, WORD_GROUPS.objects, random);
  if (random() < options.numbers) permute(renaming, RENAMED_NUMBERS, random);
  if (random() < options.furniture) permute(renaming, WORD_GROUPS.furniture, random);
  return renaming;
}

/** Fisher-Yates over the ids of one group. */
function permute(renaming: Uint16Array, group: readonly number[], random: () => number): void {
  for (let last = group.length - 1; last > 0; last--) {
    const one = group[last] as number;
    const other = group[Math.floor(random() * (last + 1))] as number;
    const held = renaming[one] as number;
    renaming[one] = renaming[other] as number;
    renaming[other] = held;
  }
}

/** A copy of `ids` in the new names. */
export function renameIds(ids: TokenIds, renaming: Uint16Array): TokenIds {
  return ids.map((id) => renaming[id] as number);
}

/**
 * Behaviour-cloning augmentation that forces the policy to copy names instead of memorising them: the whole row,
 * prompt, targets and allowed sets, in new names. Everything else of the row is carried over.
 */
export function renameRow<Row extends RenamableRow>(row: Row, renaming: Uint16Array): Row {
  return {
    ...row,
    prompt: renameIds(row.prompt, renaming),
    ids: renameIds(row.ids, renaming),
    allowed: row.allowed.map((set) => set && renameIds(set, renaming)),
  };
}
