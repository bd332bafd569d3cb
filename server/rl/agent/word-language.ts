import type { TokenIds } from '../model/token-ids.ts';
import type { Language } from './language.ts';

/** What one row of behaviour cloning holds; all three are renamed alike. */
export interface RenamableRow {
  prompt: TokenIds;
  ids: TokenIds;
  allowed: readonly (TokenIds | null)[];
}

/** The language of a small policy, which learns its words with the weights. */
export interface WordLanguage extends Language {
  /** Number of token ids. */
  readonly size: number;
  /**
   * A way to say rows of a demonstration with names exchanged, drawn anew at every call; null: names are not exchanged here.
   * @param random uniform numbers in [0, 1); consumed in a fixed order
   */
  renaming(random: () => number): (<Row extends RenamableRow>(row: Row) => Row) | null;
}
