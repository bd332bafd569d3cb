import { CatalogueBuilder, type HumanInstruction } from '../../../../../server/rl/envs/webshop/catalogue.ts';
import { originalSeeds } from '../../../../../server/rl/envs/webshop/goals.ts';
import { tabledNouns, taggedNouns } from '../../../../../server/rl/envs/webshop/nouns.ts';
import { type RawAttributes, readProduct } from '../../../../../server/rl/envs/webshop/product.ts';
import { Shop } from '../../../../../server/rl/envs/webshop/shop.ts';

/** A product as the catalogue files hold it. */
export function rawProduct(asin: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    asin,
    name: `Plain Mug ${asin}`,
    full_description: 'A mug for tea.',
    small_description: ['Holds a pint', ''],
    pricing: '$12.50',
    images: ['x'],
    product_category: 'Kitchen › Cups › Mugs',
    customization_options: '',
    category: 'garden',
    query: 'Mugs ',
    ...fields,
  };
}

export const PILLOW = rawProduct('B000000001', {
  name: 'Soft Linen Pillow',
  full_description: 'For the sofa.',
  pricing: '$19.99$27.99',
  query: 'pillows',
  product_category: 'Home › Bedding › Pillows',
  customization_options: {
    Size: [{ value: '18" x 18"' }, { value: '20/30' }],
    Gone: null,
    Color: [{ value: ' Coal Grey ' }, { value: 'Description' }, { value: "chef's <b>" }],
  },
});
const PILLOW_ABOUT: RawAttributes = {
  attributes: ['machine washable', 'double sided'],
  instruction: 'Find me machine washable pillows with linen cover',
  instruction_attributes: ['machine washable', 'linen cover'],
};

/** A pillow with two groups of options and six goals, three mugs, and a person's instruction for one of them. */
export function smallShop(goals: 'synthetic' | 'human' = 'synthetic'): Shop {
  const builder = new CatalogueBuilder();
  builder.add(readProduct(PILLOW, PILLOW_ABOUT));
  for (const asin of ['B00000000C', 'B00000000B', 'B00000000A'])
    builder.add(readProduct(rawProduct(asin), undefined));
  const human: HumanInstruction = {
    instruction: '..i want a mug for tea...',
    instruction_attributes: ['a pint'],
    instruction_options: ['navy blue'],
  };
  const skipped = { ...human, instruction_attributes: [] };
  const catalogue = builder.finish(new Map([['B00000000B', [human, skipped]]]));
  const table = new Map([['Soft Linen Pillow', ['linen', 'pillow']]]);
  for (const letter of 'ABC') table.set(`Plain Mug B00000000${letter}`, ['mug']);
  return new Shop(catalogue, {
    goals,
    seeds: originalSeeds(1),
    nouns: tabledNouns(table, 'generated', taggedNouns()),
  });
}
