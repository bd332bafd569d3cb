import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import { type Catalogue, CatalogueBuilder, type HumanInstruction } from './catalogue.ts';
import { type JsonElement, jsonElements, type Progress, parsePythonJson } from './json-elements.ts';
import { type RawAttributes, type RawProduct, readProduct } from './product.ts';

/** The files of one release of the catalogue. */
export interface CatalogueFiles {
  products: string;
  attributes: string;
  /** Null where the folder has none. */
  humanInstructions: string | null;
  /** Title → nouns as spaCy tags them, null where nobody exported it. */
  nouns: string | null;
}

export interface LoadOptions {
  goals: 'synthetic' | 'human';
  /** Only that many products from the front of the file. */
  limit?: number;
  progress?: Progress;
}

/** A catalogue, and what the loading rules left out. */
export interface LoadedCatalogue {
  catalogue: Catalogue;
  /** Products skipped because their asin came before, or is `nan` or longer than 10 characters. */
  skipped: { duplicate: number; badAsin: number };
}

const LONGEST_ASIN = 10;

/** The catalogue of `folder`, the 1,000-product one where both are there; null where there is none. */
export function findCatalogueFiles(folder: string): CatalogueFiles | null {
  for (const suffix of ['_1000', '']) {
    const products = join(folder, `items_shuffle${suffix}.json`);
    if (!existsSync(products)) continue;
    const optional = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : null);
    return {
      products,
      attributes: join(folder, `items_ins_v2${suffix}.json`),
      humanInstructions: optional('items_human_ins.json'),
      nouns: optional('title_nouns.json'),
    };
  }
  return null;
}

/**
 * Loads a catalogue by the original's rules: the order of the file is kept; later products of an asin, and asins that are
 * `nan` or too long, are left out.
 * @throws AppError `bad-file` that names the file, the product and what is wrong with it; `not-found` for a missing file.
 */
export function loadCatalogue(files: CatalogueFiles, options: LoadOptions): LoadedCatalogue {
  const about = readMembers<RawAttributes>(files.attributes);
  const human = new Map<string, HumanInstruction[]>();
  if (options.goals === 'human') {
    if (!files.humanInstructions) {
      throw new AppError('not-found', `Human goals need items_human_ins.json beside ${files.products}.`);
    }
    for (const [asin, list] of readMembers<HumanInstruction[]>(files.humanInstructions))
      human.set(asin, list);
  }
  const builder = new CatalogueBuilder();
  const skipped = { duplicate: 0, badAsin: 0 };
  for (const element of jsonElements(files.products, options.progress)) {
    if (element.index === options.limit) break;
    const raw = parseElement(files.products, element);
    const asin = raw.asin;
    if (typeof asin === 'string' && (asin === 'nan' || asin.length > LONGEST_ASIN)) skipped.badAsin++;
    else if (typeof asin === 'string' && builder.has(asin)) skipped.duplicate++;
    else builder.add(readWithPlace(files.products, element, raw, about.get(String(asin))));
  }
  return { catalogue: builder.finish(human), skipped };
}

function readMembers<T>(path: string): Map<string, T> {
  const members = new Map<string, T>();
  for (const element of jsonElements(path)) members.set(element.key, parseElement(path, element) as T);
  return members;
}

function parseElement(path: string, element: JsonElement): RawProduct {
  let value: unknown;
  try {
    value = parsePythonJson(element.text);
  } catch (error) {
    throw new AppError('bad-file', `${path}, ${place(element)}: ${(error as Error).message}.`);
  }
  if (value !== null && typeof value === 'object') return value as RawProduct;
  throw new AppError(
    'bad-file',
    `${path}, ${place(element)} is ${element.text.slice(0, 40)}, not an object.`,
  );
}

function readWithPlace(
  path: string,
  element: JsonElement,
  raw: RawProduct,
  about: RawAttributes | undefined,
) {
  try {
    return readProduct(raw, about);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const named = typeof raw.asin === 'string' ? ` (${raw.asin})` : '';
    throw new AppError(error.code, `${path}, ${place(element)}${named}: ${error.message}.`);
  }
}

function place(element: JsonElement): string {
  return element.key ? `member "${element.key}"` : `product ${element.index + 1}`;
}

/** Reads an export of title → nouns. */
export function readNouns(path: string): Map<string, readonly string[]> {
  const nouns: unknown = parsePythonJson(readFileSync(path, 'utf8'));
  if (nouns === null || typeof nouns !== 'object' || !Object.values(nouns).every(Array.isArray)) {
    throw new AppError('bad-file', `${path} must hold an object of title → list of nouns.`);
  }
  return new Map(Object.entries(nouns));
}
