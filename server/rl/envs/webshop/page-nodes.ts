import type { Product } from './product.ts';
import { floatText, optionsJson } from './python-text.ts';
import type { View } from './view.ts';

/** A piece of text that a page shows, and what holds it. */
export interface PageNode {
  text: string;
  kind: 'text' | 'button' | 'option' | 'link';
}

/** The done page around its four facts. What the text environment does not know is None or missing there. */
const BEFORE_OPTIONS = [
  'Thank you for shopping with us!',
  'Your code: ',
  'None',
  ' (Paste it in your MTurk interface.)',
  'Purchased',
];
const AFTER_OPTIONS = (
  'attrs|None|category|None|query|None|product category|None|Target|asin|options|attrs|price upper|instuction text|category|' +
  'product category|query|Goal |None|Reward|Your score (min 0.0, max 1.0)'
).split('|');

/**
 * The texts of a page in the order shown, as the original's HTML parser leaves them: untrimmed, without what consists of white
 * space and line breaks only; white space without a line break becomes one blank.
 */
export function pageNodes(view: View, instruction: string, showAttributes: boolean): PageNode[] {
  if (view.kind === 'done') return doneNodes(view);
  if (view.kind === 'index') {
    return [...texts('WebShop', 'Instruction: ', instruction), button('Search')];
  }
  const top = [...texts('Instruction:', instruction), button('Back to Search')];
  switch (view.kind) {
    case 'results':
      return [...top, ...resultNodes(view)];
    case 'item':
      return [...top, button('< Prev'), ...itemNodes(view, showAttributes)];
    case 'sub':
      return [...top, button('< Prev'), ...texts(...subPageTexts(view))];
  }
}

function resultNodes({ number, total, products }: View & { kind: 'results' }): PageNode[] {
  return [
    ...texts(`Page ${number} (Total results: ${total})`),
    ...(number > 1 ? [button('< Prev')] : []),
    button('Next >'),
    ...products.flatMap(resultRow),
  ];
}

const RESULT_ROWS = new WeakMap<Product, PageNode[]>();

/** A product on a page of results. Many queries find the same ones. */
function resultRow(product: Product): PageNode[] {
  let row = RESULT_ROWS.get(product);
  if (!row) {
    row = [...nodes('link', product.asin), ...texts(product.title, product.priceTag)];
    RESULT_ROWS.set(product, row);
  }
  return row;
}

function itemNodes({ product }: View & { kind: 'item' }, showAttributes: boolean): PageNode[] {
  const groups = Array.from(product.options, ([name, values]) => [
    ...texts(name),
    ...nodes('option', ...values),
  ]);
  return [
    ...groups.flat(),
    ...texts(product.title, `Price: ${product.priceTag}`, 'Rating: N.A.'),
    ...['Description', 'Features', 'Reviews'].map(button),
    ...(showAttributes ? [button('Attributes')] : []),
    button('Buy Now'),
  ];
}

/** List entries follow a blank in the page, so that even an empty one leaves a text. */
function subPageTexts({ name, product }: View & { kind: 'sub' }): string[] {
  switch (name) {
    case 'Description':
      return [product.description];
    case 'Features':
      return product.bullets.map((bullet) => ` ${bullet}`);
    case 'Reviews':
      return [];
    case 'Attributes':
      return [
        ...product.attributes.map((attribute) => ` ${attribute}`),
        ...[product.category, product.query, product.productCategory],
      ];
  }
}

function doneNodes({ product, options, reward }: View & { kind: 'done' }): PageNode[] {
  return texts(
    ...BEFORE_OPTIONS,
    ...['asin', product.asin, 'options', optionsJson(options)],
    ...AFTER_OPTIONS,
    ...[floatText(reward.total), 'Reward Details ', 'None'],
  );
}

function texts(...contents: string[]): PageNode[] {
  return nodes('text', ...contents);
}

function button(text: string): PageNode {
  return { text, kind: 'button' };
}

function nodes(kind: PageNode['kind'], ...contents: string[]): PageNode[] {
  return contents.flatMap((text) => {
    if (/[^ \t\n\f\r]/.test(text)) return { text, kind };
    return text === '' || text.includes('\n') ? [] : { text: ' ', kind };
  });
}
