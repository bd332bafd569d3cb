import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SHARED = resolve(import.meta.dirname, '../../../../../../shared');

/** What the original did, recorded. The repository holds neither this nor the products. */
export const GOLDEN_FILE = join(SHARED, 'golden/webshop.json');
export const DATA_FOLDER = process.env.WEBSHOP_DATA ?? join(SHARED, 'data/webshop');
export const SMALL_SET = join(DATA_FOLDER, 'real-1k');

export const HAS_DATA = existsSync(GOLDEN_FILE) && existsSync(join(SMALL_SET, 'items_shuffle_1000.json'));

if (!HAS_DATA)
  console.log(`Skipped: no golden/webshop.json and WebShop catalogue of 1,000 products in ${SHARED}.`);
