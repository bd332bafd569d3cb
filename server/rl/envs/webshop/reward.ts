import { colourOfPair, normalizeColour } from './colours.ts';
import type { Goal } from './goals.ts';
import type { NounFinder } from './nouns.ts';
import type { Product } from './product.ts';
import { stringRepr } from './python-text.ts';
import { tokenSetRatio } from './token-set-ratio.ts';

/** A ratio above this counts as the same thing. */
const ALIKE = 85;

/** What kind of thing was bought, beside what was asked for. */
export interface TypeMatch {
  /** Factor of the whole reward: 1, 0.5, 0.1 or 0. */
  factor: number;
  queryMatch: boolean;
  categoryMatch: boolean;
  /** Share of the goal title's nouns that the bought title has too. */
  titleScore: number;
}

/** How a purchase was judged. */
export interface Reward {
  /** 0 to 1; exactly 1 is a success. */
  total: number;
  type: TypeMatch;
  attributeMatches: number;
  optionMatches: number;
  priceMatch: boolean;
}

export interface Purchase {
  product: Product;
  /** Group name → value. */
  options: ReadonlyMap<string, string>;
  /** Dollars, as drawn at load. */
  price: number;
}

/** Type factor × (attributes met + options met + price met) / (all of them). */
export function judgePurchase(purchase: Purchase, goal: Goal, finder: NounFinder): Reward {
  const { product } = purchase;
  const type = matchType(product, goal, finder.nouns(product.title), finder.nouns(goal.title));
  const attributeMatches = countAttributes(product, goal.attributes);
  const optionMatches = countOptions([...purchase.options.values()], goal.options);
  const priceMatch = purchase.price <= goal.priceUpper;
  const met = attributeMatches + optionMatches + Number(priceMatch);
  const total = (met / requirements(goal)) * type.factor;
  return { total, type, attributeMatches, optionMatches, priceMatch };
}

/** How many things a goal asks for: attributes, options and the price. */
export function requirements(goal: Pick<Goal, 'attributes' | 'options'>): number {
  return goal.attributes.length + optionCount(goal.options) + 1;
}

export function optionCount(options: Goal['options']): number {
  return options instanceof Map ? options.size : (options as readonly string[]).length;
}

/** Judges by kind, department and title; nouns are those of the titles, lower case, repeats kept. */
export function matchType(
  product: Pick<Product, 'query' | 'productCategory'>,
  goal: Pick<Goal, 'query' | 'productCategory'>,
  productNouns: readonly string[],
  goalNouns: readonly string[],
): TypeMatch {
  const queryMatch = product.query === goal.query;
  const categoryMatch = sharedDepartments(product.productCategory, goal.productCategory) >= 2;
  const wanted = new Set(goalNouns);
  const common = [...new Set(productNouns)].filter((noun) => wanted.has(noun)).length;
  const titleScore = goalNouns.length === 0 ? 0.2 : common / goalNouns.length;
  return { factor: typeFactor(queryMatch, categoryMatch, titleScore), queryMatch, categoryMatch, titleScore };
}

/** A title without any noun in common makes the purchase worthless even in the right department. */
export function typeFactor(queryMatch: boolean, categoryMatch: boolean, titleScore: number): number {
  if (titleScore === 0) return 0;
  if (titleScore < 0.1) return 0.1;
  return queryMatch || categoryMatch || titleScore > 0.2 ? 1 : 0.5;
}

function sharedDepartments(one: string, other: string): number {
  const departments = (path: string) => new Set(path.split('›').map((part) => part.trim()));
  const others = departments(other);
  return [...departments(one)].filter((part) => others.has(part)).length;
}

/** How many of the goal's attributes the product lists or mentions. */
export function countAttributes(product: Product, wanted: readonly string[]): number {
  const mentions = (attribute: string) =>
    product.title.toLowerCase().includes(attribute) ||
    product.bullets.join(' ').toLowerCase().includes(attribute) ||
    product.description.toLowerCase().includes(attribute);
  return wanted.filter(
    (attribute) =>
      product.attributes.some((listed) => tokenSetRatio(listed, attribute, ALIKE) > ALIKE) ||
      mentions(attribute),
  ).length;
}

/** How many of the goal's options some chosen value is like, whatever its group. */
export function countOptions(chosen: readonly string[], wanted: Goal['options']): number {
  const values = chosen.map(normalizeColour);
  const targets =
    wanted instanceof Map
      ? // The original compares with the pair as Python writes it, unless that is a colour.
        Array.from(
          wanted as ReadonlyMap<string, string>,
          ([name, value]) => colourOfPair(name, value) ?? `(${stringRepr(name)}, ${stringRepr(value)})`,
        )
      : (wanted as readonly string[]).map(normalizeColour);
  return targets.filter((target) => values.some((value) => tokenSetRatio(value, target, ALIKE) > ALIKE))
    .length;
}
