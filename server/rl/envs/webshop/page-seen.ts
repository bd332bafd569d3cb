import { SEPARATOR } from './page-text.ts';

/** A product in a list of results. */
export interface ListedProduct {
  /** Lower case, as it is clicked. */
  asin: string;
  title: string;
  /** Dollars; of a range the lower end. NaN where the page shows no price. */
  price: number;
}

/** A page as a shopper reads it. */
export type PageSeen =
  | { kind: 'index' }
  | { kind: 'results'; number: number; total: number; products: readonly ListedProduct[] }
  | { kind: 'item'; title: string; price: number; groups: readonly OptionGroup[] }
  /** A page of description, features or reviews. */
  | { kind: 'text'; text: string }
  | { kind: 'done' };

export interface OptionGroup {
  name: string;
  /** As they are clicked: lower case, blanks at their ends included. */
  values: readonly string[];
}

const PAGE = /^Page (-?\d+) \(Total results: (\d+)\)$/;
const PRICE = /^(?:Price: )?\$([\d.]+)/;

/**
 * Reads a page's text in observation mode `text`.
 *
 * @param clickable what may be clicked there, lower case: it tells the values of options from their names
 */
export function readPage(observation: string, clickable: readonly string[]): PageSeen {
  const pieces = observation.split(SEPARATOR);
  if (pieces[0] === 'WebShop') return { kind: 'index' };
  if (pieces[0] !== 'Instruction:') return { kind: 'done' };
  // Instruction:, its text, Back to Search
  const rest = pieces.slice(3);
  const page = PAGE.exec(rest[0] ?? '');
  if (page)
    return {
      kind: 'results',
      number: Number(page[1]),
      total: Number(page[2]),
      products: readProducts(rest.slice(1)),
    };
  const price = rest.findIndex((piece) => piece.startsWith('Price: $'));
  if (clickable.includes('buy now') && price > 0)
    return readItem(rest.slice(1, price), rest[price] ?? '', clickable);
  return { kind: 'text', text: rest.slice(1).join(' ') };
}

/** An asin, a title that may be missing, and a price each. */
function readProducts(pieces: readonly string[]): ListedProduct[] {
  const products: ListedProduct[] = [];
  let from = pieces.indexOf('Next >') + 1;
  for (let at = from; at < pieces.length; at++) {
    const price = PRICE.exec(pieces[at] as string);
    if (!price || at === from) continue;
    const asin = (pieces[from] as string).toLowerCase();
    products.push({ asin, title: pieces.slice(from + 1, at).join(' '), price: Number(price[1]) });
    from = at + 1;
  }
  return products;
}

/** Names of options stand before their values and cannot be clicked; the last piece that cannot be is the title. */
function readItem(pieces: readonly string[], price: string, clickable: readonly string[]): PageSeen {
  const groups: { name: string; values: string[] }[] = [];
  const clicks = new Map(clickable.map((text) => [text.trim(), text]));
  const clickOf = (piece = '') => clicks.get(piece.toLowerCase());
  const hasTitle = clickOf(pieces.at(-1)) === undefined;
  const title = hasTitle ? (pieces.at(-1) ?? '') : '';
  for (const piece of hasTitle ? pieces.slice(0, -1) : pieces) {
    const group = groups.at(-1);
    const value = clickOf(piece);
    if (value !== undefined && group) group.values.push(value);
    else groups.push({ name: piece, values: [] });
  }
  return { kind: 'item', title, price: Number(PRICE.exec(price)?.[1]), groups };
}
