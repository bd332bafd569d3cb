import { dialogueText, type TurnText } from '../../agent/turn-text.ts';
import type { View } from '../../agent/view.ts';
import type { KnownGroup, ShopMemory } from './memory.ts';

/** Characters that are shown of a title, of a group's options, of a description or features: no page has many tokens. */
const TITLE = 56;
const VALUES = 160;
const TEXT = 400;

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
        ...page.products.map(({ asin, title, price }) => `${asin} $${price} ${shorten(title, TITLE)}`),
      ].join('\n');
    case 'item':
      return [
        `${shorten(page.title, TITLE)}, $${page.price}`,
        ...(item?.groups ?? []).map(describeGroup),
      ].join('\n');
    case 'text':
      return shorten(page.text, TEXT) || 'Nothing';
    case 'done':
      return 'Done';
  }
}

/** Options that the instruction names come first, so that they are seen where there are many. */
function describeGroup({ name, values, wanted, chosen }: KnownGroup): string {
  const sorted = [...values].sort((a, b) => Number(b === wanted) - Number(a === wanted));
  return `${name}: ${shorten(sorted.join(', '), VALUES)}${chosen === null ? '' : ` (chosen: ${chosen})`}`;
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length).trimEnd()} …` : text;
}
