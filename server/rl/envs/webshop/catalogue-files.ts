import { existsSync } from 'node:fs';
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
  const about = readMembers(files.attributes, readAttributes);
  const human = options.goals === 'human' ? readHumanInstructions(files) : new Map();
  const builder = new CatalogueBuilder();
  const skipped = { duplicate: 0, badAsin: 0 };
  for (const element of jsonElements(files.products, options.progress)) {
    if (element.index === options.limit) break;
    const raw = parseElement(files.products, element);
    const asin = raw.asin;
    if (typeof asin === 'string' && (asin === 'nan' || asin.length > LONGEST_ASIN)) skipped.badAsin++;
    else if (typeof asin === 'string' && builder.has(asin)) skipped.duplicate++;
    else {
      const read = () => readProduct(raw, about.get(String(asin)));
      builder.add(withPlace(files.products, element, asin, read));
    }
  }
  return { catalogue: builder.finish(human), skipped };
}

function readHumanInstructions({
  products,
  humanInstructions,
}: CatalogueFiles): Map<string, HumanInstruction[]> {
  if (humanInstructions) return readMembers(humanInstructions, readInstructions);
  throw new AppError('not-found', `Human goals need items_human_ins.json beside ${products}.`);
}

function readMembers<T>(path: string, read: (value: RawProduct) => T): Map<string, T> {
  const members = new Map<string, T>();
  for (const element of jsonElements(path)) {
    const value = parseElement(path, element);
    members.set(
      element.key,
      withPlace(path, element, element.key, () => read(value)),
    );
  }
  return members;
}

function readAttributes(value: RawProduct): RawAttributes {
  const { attributes, instruction, instruction_attributes: wanted } = value;
  if (attributes !== undefined) textList(attributes, 'attributes');
  if (instruction === undefined || instruction === null) return { ...value, instruction: null };
  if (typeof instruction !== 'string') throw new AppError('bad-file', 'instruction must be text');
  if (textList(wanted, 'instruction_attributes').length > 0) return value;
  throw new AppError('bad-file', 'an instruction needs instruction_attributes');
}

function readInstructions(value: RawProduct): HumanInstruction[] {
  if (!Array.isArray(value)) throw new AppError('bad-file', 'must be an array of instructions');
  return value.map((entry) => {
    if (typeof entry?.instruction !== 'string') throw new AppError('bad-file', 'instruction must be text');
    return {
      instruction: entry.instruction,
      instruction_attributes: textList(entry.instruction_attributes, 'instruction_attributes'),
      instruction_options: textList(entry.instruction_options, 'instruction_options'),
    };
  });
}

function textList(value: unknown, field: string): string[] {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw new AppError('bad-file', `${field} must be a list of texts`);
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

/** Adds file and product to what a reader complains of. */
function withPlace<T>(path: string, element: JsonElement, asin: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const named = typeof asin === 'string' && !element.key ? ` (${asin})` : '';
    throw new AppError(error.code, `${path}, ${place(element)}${named}: ${error.message}.`);
  }
}

function place(element: JsonElement): string {
  return element.key ? `member "${element.key}"` : `product ${element.index + 1}`;
}

/**
 * Reads a file of title → nouns. Real spaCy makes it once, from `titles`, the names of the products:
 * `{title: [t.text.lower() for t in spacy.load("en_core_web_sm")(title) if t.pos_ in ("NOUN", "PROPN")] for title in titles}`.
 */
export function readNouns(path: string): Map<string, readonly string[]> {
  return readMembers(path, (nouns) => textList(nouns, 'nouns'));
}
