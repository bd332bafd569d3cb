import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import type { Catalogue } from './catalogue.ts';
import { type CatalogueFiles, findCatalogueFiles, loadCatalogue, readNouns } from './catalogue-files.ts';
import { generateCatalogue } from './generated/catalogue.ts';
import type { Progress } from './json-elements.ts';
import { type NounFinder, tabledNouns, taggedNouns } from './nouns.ts';

export interface OpenCatalogueOptions {
  /** `auto`: the real products where they are found, else generated ones. */
  source: 'auto' | 'real' | 'generated';
  /** Folder of the real files, instead of the one named by WEBSHOP_DATA. */
  dataFolder?: string;
  /** Human goals need the human instructions; default synthetic. */
  goals?: 'synthetic' | 'human';
  /** Only that many products: from the front of the file, or generated. */
  limit?: number;
  /** Seed of a generated catalogue, default 1. */
  seed?: number;
  progress?: Progress;
}

export interface OpenedCatalogue {
  source: 'real' | 'generated';
  /** Where the products come from, for people: a folder (relative where it is near the project) or the seed. */
  origin: string;
  catalogue: Catalogue;
  nouns: NounFinder;
  /** Products left out at load for an asin that is not one, or that came before. */
  skipped: { duplicate: number; badAsin: number };
}

/** Products of a generated catalogue unless told otherwise: as many as the small real one has. */
export const GENERATED_PRODUCTS = 1000;

const PROJECT_ROOT = resolve(import.meta.dirname, '../../../..');
const DEFAULT_DATA_FOLDER = join(PROJECT_ROOT, '../shared/data/webshop');

/**
 * Opens the products to shop among. Real ones are looked for in `dataFolder`, else the folder named by WEBSHOP_DATA, else
 * `../shared/data/webshop` beside the project, there or in its `real-1k` or `data`.
 * @throws AppError `not-found` when real products are asked for, or a data folder is named, and none are there; `bad-file` for a
 * broken file, naming it and the product.
 */
export function openCatalogue(options: OpenCatalogueOptions): OpenedCatalogue {
  if (options.source === 'generated') return openGenerated(options);
  const named = options.dataFolder ?? process.env.WEBSHOP_DATA;
  const files = findFiles(named ? resolve(named) : DEFAULT_DATA_FOLDER);
  if (files) return openReal(files, options);
  if (named) {
    // A folder someone named must not silently turn into generated products.
    const setting = options.dataFolder === undefined ? 'WEBSHOP_DATA' : 'The data folder';
    throw new AppError(
      'not-found',
      `${setting} names ${named}, which holds no WebShop catalogue. It should contain items_shuffle_1000.json and ` +
        'items_ins_v2_1000.json, or items_shuffle.json and items_ins_v2.json, as WebShop’s setup.sh fetches them.',
    );
  }
  if (options.source === 'auto') return openGenerated(options);
  throw new AppError(
    'not-found',
    'No real WebShop catalogue here. Fetch it with WebShop’s setup.sh and set WEBSHOP_DATA to the folder that holds ' +
      'items_shuffle_1000.json, or choose generated products.',
  );
}

function findFiles(folder: string): CatalogueFiles | null {
  for (const candidate of [folder, join(folder, 'real-1k'), join(folder, 'data')]) {
    const files = findCatalogueFiles(candidate);
    if (files) return files;
  }
  return null;
}

function openReal(
  files: CatalogueFiles,
  { goals = 'synthetic', limit, progress }: OpenCatalogueOptions,
): OpenedCatalogue {
  const { catalogue, skipped } = loadCatalogue(files, { goals, limit, progress });
  const folder = dirname(files.products);
  const near = relative(dirname(PROJECT_ROOT), folder);
  const tagger = taggedNouns(catalogue.products);
  return {
    source: 'real',
    origin: near.startsWith('..') ? folder : `../${near}`,
    catalogue,
    nouns: files.nouns ? tabledNouns(readNouns(files.nouns), 'spacy', tagger) : tagger,
    skipped,
  };
}

function openGenerated({ seed = 1, limit = GENERATED_PRODUCTS }: OpenCatalogueOptions): OpenedCatalogue {
  const { catalogue, nouns } = generateCatalogue(seed, limit);
  return {
    source: 'generated',
    origin: `generated, seed ${seed}`,
    catalogue,
    nouns: tabledNouns(nouns, 'generated', taggedNouns()),
    skipped: { duplicate: 0, badAsin: 0 },
  };
}
