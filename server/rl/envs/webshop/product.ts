import { AppError } from '../../../contract/error.ts';
import { floatText, strip } from './python-text.ts';

/** A product as the shop shows and judges it. */
export interface Product {
  asin: string;
  title: string;
  description: string;
  /** The features page, and its first entry in the search index. */
  bullets: readonly string[];
  /** Dollars: one price, or the two ends of a range. */
  prices: readonly number[];
  /** The price as shown, `$19.99 to $27.99`. */
  priceTag: string;
  /** Group name (lower case) → values, in the order shown. */
  options: ReadonlyMap<string, readonly string[]>;
  /** What a goal's attributes are compared with. */
  attributes: readonly string[];
  /** One of beauty, electronics, garden, fashion, grocery. */
  category: string;
  /** What kind of thing it is, lower case: `console tables`. */
  query: string;
  /** Path of the department, parts joined by ` › `. */
  productCategory: string;
  /** The instruction of synthetic goals, where it has one. */
  instruction: string | null;
  instructionAttributes: readonly string[];
}

/** A product as the catalogue files hold it, as far as it is used. */
export type RawProduct = Record<string, unknown>;

/** What `items_ins_v2` says about one asin. */
export interface RawAttributes {
  attributes?: readonly string[];
  instruction?: string | null;
  instruction_attributes?: readonly string[] | null;
}

/** Attribute of every product that has none listed. */
const NO_ATTRIBUTES = ['DUMMY_ATTR'];

/**
 * Reads a product as the original does.
 * @throws AppError `bad-file` naming the field; the caller adds file and product.
 */
export function readProduct(raw: RawProduct, about: RawAttributes | undefined): Product {
  const { prices, priceTag } = readPrice(raw.pricing);
  const bullets = raw.small_description;
  return {
    asin: textField(raw, 'asin'),
    title: textField(raw, 'name'),
    description: textField(raw, 'full_description'),
    bullets: Array.isArray(bullets)
      ? bullets.map(text('small_description'))
      : [textField(raw, 'small_description')],
    prices,
    priceTag,
    options: readOptions(raw.customization_options),
    attributes: about?.attributes ?? NO_ATTRIBUTES,
    category: textField(raw, 'category'),
    query: strip(textField(raw, 'query').toLowerCase()),
    productCategory: textField(raw, 'product_category'),
    instruction: about?.instruction ?? null,
    instructionAttributes: about?.instruction_attributes ?? [],
  };
}

/** `$19.99$27.99` → both numbers. Nothing → 100 dollars, as in the original. */
export function readPrice(pricing: unknown): { prices: number[]; priceTag: string } {
  if (pricing === undefined || pricing === null || pricing === '')
    return { prices: [100], priceTag: '$100.0' };
  const parts = text('pricing')(pricing).split('$').slice(1);
  const prices = parts
    .map((part) => part.replace(/[^\d.]/g, ''))
    .map((digits) => (digits ? Number(digits) : NaN));
  if (prices.length === 0 || prices.some((price) => !Number.isFinite(price))) {
    throw new AppError('bad-file', `pricing ${JSON.stringify(pricing)} holds no price such as "$19.99"`);
  }
  const [low, high] = prices as [number, number?];
  if (high === undefined) return { prices: [low], priceTag: `$${floatText(low)}` };
  return { prices: [low, high], priceTag: `$${floatText(low)} to $${floatText(high)}` };
}

function readOptions(groups: unknown): Map<string, string[]> {
  const options = new Map<string, string[]>();
  if (!groups) return options;
  if (typeof groups !== 'object') {
    throw new AppError('bad-file', 'customization_options must be an object of option groups, or ""');
  }
  for (const [name, contents] of Object.entries(groups)) {
    if (contents === null) continue;
    if (!Array.isArray(contents))
      throw new AppError('bad-file', `customization_options.${name} must be an array`);
    const values = contents.map((content: unknown) =>
      text(`customization_options.${name}[].value`)((content as { value?: unknown } | null)?.value),
    );
    options.set(
      name.toLowerCase(),
      values.map((value) => strip(value).replaceAll('/', ' | ').toLowerCase()),
    );
  }
  return options;
}

/** The text that the search looks through, before the analyzer. */
export function searchText(product: Product): string {
  const options = Array.from(product.options, ([name, values]) => `${name}: ${values.join(', ')}`).join(
    ', and ',
  );
  return `${product.title} ${product.description} ${product.bullets[0] ?? ''} ${options}`.toLowerCase();
}

function textField(raw: RawProduct, field: string): string {
  return text(field)(raw[field]);
}

function text(field: string): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string') return value;
    const found = value === undefined ? 'missing' : `${JSON.stringify(value)?.slice(0, 40)}`;
    throw new AppError('bad-file', `${field} must be text, not ${found}`);
  };
}
