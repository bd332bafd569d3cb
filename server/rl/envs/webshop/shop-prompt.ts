import type { TurnFormat } from '../../agent/turn.ts';
import type { KnownProduct, ShopMemory } from './memory.ts';
import type { PageSeen } from './page-seen.ts';
import type { QueryWord } from './query-choice.ts';
import { MOST_MISFITS, MOST_NUMBER, MOST_RESULTS, MOST_VALUES, type ShopVocabulary } from './vocabulary.ts';

/**
 * The prompt of the small policy: what the shopper has read, as short as it goes. What says how a thing stands comes before it,
 * since a position sees what is behind it and nothing else.
 *
 * `<task>` words of the instruction, where a query is written
 * `<want>` of each group of options `todo` and the place of the value asked for, `done` once it is chosen, `absent` where none is
 * `<page>` which one; of a page of results its number and of each result how many tens of dollars it is below the limit, the
 * share of the instruction's terms that its title has, `new`, `dear` or the misfits that were found on its page, and its place;
 * of a product the share in its title, the share in all that was read of it, its price likewise, its misfits
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
  const { page, item } = memory;
  if (page.kind === 'index') {
    put('<task>');
    for (const word of words) ids.push(...word.ids);
  }
  if (item) {
    put('<want>');
    for (const { wanted, chosen } of item.groups) {
      put(wanted === null ? 'absent' : wanted === chosen ? 'done' : 'todo');
      if (wanted !== null && wanted !== chosen) ids.push(...spellValue(vocabulary, memory, wanted));
    }
  }
  put('<page>', page.kind);
  if (page.kind === 'index') put(numberWord(memory.searches));
  else if (page.kind === 'results') putResults(page, memory, put);
  else if (item) {
    put(shareWord(memory.titleCoverage(item)), shareWord(memory.coverage(item.terms)));
    put(priceWord(memory, item), misfitsWord(item));
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

/** An option by its place among the product's, and far behind by its text. */
export function spellValue(vocabulary: ShopVocabulary, memory: ShopMemory, value: string): Uint16Array {
  const place = memory.placeOf(value);
  if (place >= 0 && place < MOST_VALUES) return Uint16Array.of(vocabulary.id(`value ${place + 1}`));
  return Uint16Array.of(vocabulary.id('option'), ...vocabulary.spell(value), vocabulary.id('end'));
}

function putResults(
  { number, products }: PageSeen & { kind: 'results' },
  memory: ShopMemory,
  put: (...said: string[]) => void,
): void {
  put(numberWord(number));
  for (const [i, product] of products.slice(0, MOST_RESULTS).entries()) {
    const known = memory.products.get(product.asin);
    const state = known ? misfitsWord(known) : memory.isDear(product) ? 'dear' : 'new';
    put(priceWord(memory, product), shareWord(memory.titleCoverage(product)), state, `result ${i + 1}`);
  }
}

const numberWord = (number: number) => `${Math.min(Math.max(0, number), MOST_NUMBER)}`;
const misfitsWord = ({ misfits }: KnownProduct) => `${Math.min(misfits, MOST_MISFITS)} misfits`;
const shareWord = (share: number) => `${Math.round(share * 10) * 10} %`;

/** Tens of dollars below the limit: a limit is never far above the price of what is meant. */
function priceWord({ wishes }: ShopMemory, { price }: Pick<KnownProduct, 'price'>): string {
  if (price > wishes.limit) return 'dear';
  return numberWord(Math.floor((wishes.limit - price) / 10));
}
