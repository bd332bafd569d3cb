import type { Product } from './product.ts';
import type { Reward } from './reward.ts';

/** A page of the shop as it was last rendered. */
export type View =
  | { kind: 'index' }
  /** `products` are the up to ten of this page; `total` counts those of all pages. */
  | { kind: 'results'; number: number; total: number; products: readonly Product[] }
  | { kind: 'item'; product: Product }
  | { kind: 'sub'; name: SubPage; product: Product }
  | { kind: 'done'; product: Product; options: ReadonlyMap<string, string>; reward: Reward };

export type SubPage = 'Description' | 'Features' | 'Reviews' | 'Attributes';

export const SUB_PAGES: readonly SubPage[] = ['Description', 'Features', 'Reviews', 'Attributes'];

/** What an agent may do: type a query, where the page has a search bar, or click one of these, all lower case. */
export interface AvailableActions {
  hasSearchBar: boolean;
  clickables: readonly string[];
}
