import type { TurnFormat } from '../../agent/turn.ts';
import type { KnownProduct, ShopMemory } from './memory.ts';
import type { PageSeen } from './page-seen.ts';
import type { QueryWord } from './query-choice.ts';
import { MOST_NUMBER, MOST_RESULTS, type ShopVocabulary } from './vocabulary.ts';

/** Tokens of an option's value that are shown. */
const LONGEST_VALUE = 16;

/**
 * The prompt of the small policy: what the shopper has read, as short as it goes.
 *
 * `<task>` words of the instruction, on pages where they are searched or compared
 * `<want>` the options asked for: value, `chosen` or `absent`
 * `<page>` which, and on results its number and of each result: its place, the share of the instruction's terms that its title
 * has, how many tens of dollars it is below the limit or `dear`, and if it was opened `seen` and its misfits; on the page of a
 * product the share in its title, the share in all that was read of it, its price likewise, its misfits
 * `<step>` t `<sub>` the sub-goal in force `<switch>`, or `<action>` in the flat format.
 *
 * @param subgoal in force before this turn; null on the first turn
 * @param words of the instruction that a query may hold
 */
export function shopPrompt(
  vocabulary: ShopVocabulary,
  memory: ShopMemory,
  words: readonly QueryWord[],
  subgoal: string | null,
  format: TurnFormat,
): Uint16Array {
  const ids: number[] = [];
  const put = (...said: string[]) => ids.push(...said.map((word) => vocabulary.id(word)));
  const putValue = (value: string) => ids.push(...vocabulary.spell(value).subarray(0, LONGEST_VALUE));
  const { page, item } = memory;
  if (!item) {
    put('<task>');
    for (const word of words) ids.push(...word.ids);
  }
  if (item) {
    put('<want>');
    for (const { wanted, chosen } of item.groups) {
      if (wanted === null) put('absent');
      else {
        putValue(wanted);
        if (wanted === chosen) put('chosen');
      }
    }
  }
  put('<page>', page.kind);
  if (page.kind === 'index') put(numberWord(memory.searches));
  else if (page.kind === 'results') putResults(page, memory, put);
  else if (item) {
    put(shareWord(memory.titleCoverage(item)), shareWord(memory.coverage(item.terms)));
    put(priceWord(memory, item), numberWord(item.misfits));
  }
  put('<step>', numberWord(memory.steps));
  if (format === 'flat') put('<action>');
  else {
    put('<sub>');
    if (subgoal !== null) put(subgoal);
    put('<switch>');
  }
  return Uint16Array.from(ids);
}

function putResults(
  { number, products }: PageSeen & { kind: 'results' },
  memory: ShopMemory,
  put: (...said: string[]) => void,
): void {
  put(numberWord(number));
  for (const [i, product] of products.slice(0, MOST_RESULTS).entries()) {
    put(`result ${i + 1}`, shareWord(memory.titleCoverage(product)), priceWord(memory, product));
    const known = memory.products.get(product.asin);
    if (known) put('seen', numberWord(known.misfits));
  }
}

const numberWord = (number: number) => `${Math.min(Math.max(0, number), MOST_NUMBER)}`;
const shareWord = (share: number) => `${Math.round(share * 10) * 10} %`;

/** Tens of dollars below the limit: a limit is never far above the price of what is meant. */
function priceWord({ wishes }: ShopMemory, { price }: Pick<KnownProduct, 'price'>): string {
  if (price > wishes.limit) return 'dear';
  return numberWord(Math.floor((wishes.limit - price) / 10));
}
