import { pageNodes } from './page-nodes.ts';
import type { Product } from './product.ts';
import { strip } from './python-text.ts';
import type { AvailableActions, View } from './view.ts';

export const SEPARATOR = ' [SEP] ';

/** What of a page does not depend on the goal, by the product or the query's results it shows. */
const BODIES = new WeakMap<object, string>();
const CLICKABLES = new WeakMap<object, readonly string[]>();

/** The page in observation mode `text`: every piece trimmed, joined by {@link SEPARATOR}. */
export function pageText(view: View, instruction: string, showAttributes: boolean): string {
  const shown = strip(instruction);
  const key = showAttributes || shown === '' ? null : cacheKey(view);
  if (key === null) return joined(view, instruction, showAttributes);
  let body = BODIES.get(key);
  if (body === undefined) {
    body = joined(view, '', showAttributes).slice('Instruction:'.length);
    BODIES.set(key, body);
  }
  return `Instruction:${SEPARATOR}${shown}${body}`;
}

function joined(view: View, instruction: string, showAttributes: boolean): string {
  return pageNodes(view, instruction, showAttributes)
    .map((node) => strip(node.text))
    .join(SEPARATOR);
}

/** Pages that many episodes see are put together once: item pages, and lists of results as the shop keeps them. */
function cacheKey(view: View): Product | readonly Product[] | null {
  if (view.kind === 'item') return view.product;
  // A page without products is not kept apart from others without.
  return view.kind === 'results' && view.products.length > 0 ? view.products : null;
}

/** What may be done on a page, in the original's order: buttons, links to products, options; equal texts once. */
export function availableActions(view: View, showAttributes: boolean): AvailableActions {
  const key = showAttributes ? null : cacheKey(view);
  if (key === null)
    return { hasSearchBar: view.kind === 'index', clickables: clickables(view, showAttributes) };
  let list = CLICKABLES.get(key);
  if (!list) {
    list = clickables(view, showAttributes);
    CLICKABLES.set(key, list);
  }
  return { hasSearchBar: false, clickables: list };
}

function clickables(view: View, showAttributes: boolean): string[] {
  if (view.kind === 'done') return [];
  const nodes = pageNodes(view, '', showAttributes);
  const pick = (kind: string) =>
    nodes.filter((node) => node.kind === kind).map((node) => node.text.toLowerCase());
  return [...new Set([...pick('button'), ...pick('link'), ...optionValues(view)])];
}

/** An option is clicked by its value as it stands, also where the page shows nothing for it. */
function optionValues(view: View): string[] {
  return view.kind === 'item' ? [...view.product.options.values()].flat() : [];
}
