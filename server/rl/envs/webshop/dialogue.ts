import { dialogueText, type TurnText } from '../../agent/turn-text.ts';
import type { View } from '../../agent/view.ts';
import type { ShopMemory } from './memory.ts';

/** Words of a title, and of a description or features, that are shown. */
const TITLE_WORDS = 14;
const TEXT_WORDS = 60;

/**
 * One growing dialogue an episode, as short as it goes: what may be clicked is not listed twice, since only that can be said.
 *
 *     Task: Find me slim fit shirts with color: red, and price lower than 30.00 dollars
 *     Plan: switch: find products
 *     > search[slim fit shirts red]
 *     Page 1 of 38 results
 *     b07jvvdj6l $19.9 Slim Fit Shirt for Men …
 *     Plan: switch: compare them
 *     > click[b07jvvdj6l]
 */
export const WEBSHOP_DIALOGUE: TurnText = dialogueText((view) => {
  const page = describePage(view as View<ShopMemory>);
  return view.history.length === 0 ? `Task: ${view.memory.task}` : page;
});

function describePage({ memory: { page, item } }: View<ShopMemory>): string {
  switch (page.kind) {
    case 'index':
      return 'Search';
    case 'results':
      return [
        `Page ${page.number} of ${page.total} results`,
        ...page.products.map(
          ({ asin, title, price }) => `${asin} $${price} ${firstWords(title, TITLE_WORDS)}`,
        ),
      ].join('\n');
    case 'item':
      return [
        `${firstWords(page.title, TITLE_WORDS)}, $${page.price}`,
        ...page.groups.map(({ name, values }, i) => {
          const chosen = item?.groups[i]?.chosen;
          return `${name}: ${values.join(', ')}${chosen ? ` (chosen: ${chosen})` : ''}`;
        }),
      ].join('\n');
    case 'text':
      return firstWords(page.text, TEXT_WORDS) || 'Nothing';
    case 'done':
      return 'Done';
  }
}

function firstWords(text: string, count: number): string {
  const words = text.split(/\s+/);
  return words.length > count ? `${words.slice(0, count).join(' ')} …` : text;
}
