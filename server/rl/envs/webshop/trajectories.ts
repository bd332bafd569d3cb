import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AppError } from '../../../contract/error.ts';
import type { RecordedGoal, RecordedInfo } from './golden/goal-format.ts';

/** A page that a person visited, as the original's web site logged it. */
export interface RecordedPage {
  page: 'index' | 'search_results' | 'item_page' | 'item_sub_page' | 'done';
  url: string;
  goal: RecordedGoal;
  content?: {
    /** A list on result pages; its Python text on the others. */
    keywords?: string[] | string;
    page?: number | string;
    search_result_asins?: string[];
    asin?: string;
    options?: Record<string, string>;
    price?: number;
  };
  /** On the last page only. */
  reward?: number;
  reward_info?: RecordedInfo;
}

export interface Trajectory {
  /** Name of its file without the ending. */
  name: string;
  pages: readonly RecordedPage[];
}

/**
 * Every `*.jsonl` of a folder: one visit a file, one page a line.
 * @throws AppError `not-found` without any, `bad-file` naming the file and line of one that is not a page.
 */
export function readTrajectories(folder: string): Trajectory[] {
  const files = listFolder(folder).filter((name) => name.endsWith('.jsonl'));
  if (files.length === 0) throw new AppError('not-found', `${folder} holds no *.jsonl files.`);
  return files.sort().map((file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const pages = lines.flatMap((line, i) =>
      line.trim() ? readPage(line, `${join(folder, file)}, line ${i + 1}`) : [],
    );
    return { name: basename(file, '.jsonl'), pages };
  });
}

function readPage(line: string, place: string): RecordedPage {
  let page: RecordedPage;
  try {
    page = JSON.parse(line);
  } catch (error) {
    throw new AppError('bad-file', `${place}: ${(error as Error).message}.`);
  }
  if (typeof page?.page !== 'string' || typeof page.url !== 'string' || !page.goal?.asin) {
    throw new AppError('bad-file', `${place}: a page needs "page", "url" and "goal".`);
  }
  return page;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw new AppError('not-found', `Cannot read ${folder}: ${(error as Error).message}`);
  }
}

/** The words of the query that led to a page; null on the index page. */
export function wordsOf({ content }: RecordedPage): readonly string[] | null {
  const keywords = content?.keywords;
  if (keywords === undefined || Array.isArray(keywords)) return keywords ?? null;
  return readPythonList(keywords);
}

/** `['', 'pair', "men's"]` → its strings. */
function readPythonList(text: string): string[] {
  return Array.from(text.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g), ([, single, double]) =>
    (single ?? double ?? '').replace(/\\(.)/g, '$1'),
  );
}

/** `Description` of `…/item_sub_page/…/1/Description/{…}`. */
export function subPageOf({ url }: RecordedPage): string {
  return url.split('/').at(-2) ?? '';
}
