import { type Catalogue, CatalogueBuilder } from '../catalogue.ts';
import { generateProduct } from './product.ts';

/** A made-up catalogue, and the nouns of its titles: rewards need no tagger. The same seed and count give the same one. */
export interface GeneratedCatalogue {
  catalogue: Catalogue;
  nouns: ReadonlyMap<string, readonly string[]>;
}

export function generateCatalogue(seed: number, count: number): GeneratedCatalogue {
  const builder = new CatalogueBuilder();
  const nouns = new Map<string, readonly string[]>();
  for (let number = 0; number < count; number++) {
    const generated = generateProduct(seed, number);
    builder.add(generated.product);
    nouns.set(generated.product.title, generated.nouns);
  }
  return { catalogue: builder.finish(), nouns };
}
