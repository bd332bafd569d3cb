import type { Memory, TextEnvironment } from '../environment.ts';
import { parseAction } from './action.ts';
import { analyze } from './analyzer.ts';
import { type ListedProduct, type OptionGroup, type PageSeen, readPage } from './page-seen.ts';
import { readInstruction, type Wishes } from './wishes.ts';

/** What a shopper is after at the moment. */
export const SUBGOALS = ['find products', 'compare them', 'choose its options', 'buy it'] as const;
export type Subgoal = (typeof SUBGOALS)[number];

/** A group of options, and what of it the instruction asks for. */
export interface KnownGroup extends OptionGroup {
  /** Null: the instruction names none of its values. */
  wanted: string | null;
  chosen: string | null;
}

/** A product that was opened. */
export interface KnownProduct {
  asin: string;
  title: string;
  price: number;
  groups: readonly KnownGroup[];
  /** Options asked for that it does not have, and groups of which none is asked for. */
  misfits: number;
  /** Terms of its title and of the pages of it that were read. */
  terms: Set<string>;
  /** Pages of it that were read, such as `features`. */
  read: Set<string>;
}

/** Titles come again and again. */
const TERMS = new Map<string, ReadonlySet<string>>();
const REMEMBERED = 20_000;

function termsOf(text: string): ReadonlySet<string> {
  const known = TERMS.get(text);
  if (known) return known;
  const terms = new Set(analyze(text));
  if (TERMS.size >= REMEMBERED) TERMS.clear();
  TERMS.set(text, terms);
  return terms;
}

/** A value as it is clicked; instructions may lack the blanks at its ends. */
const find = (values: readonly string[], value: string) =>
  values.find((other) => other.trim() === value.trim());

/** What a shopper knows: the wishes of the instruction, the page before them, and what was found on earlier ones. */
export class ShopMemory implements Memory {
  readonly task: string;
  readonly wishes: Wishes;
  readonly products = new Map<string, KnownProduct>();
  page: PageSeen = { kind: 'index' };
  /** The product whose page, or a sub-page of it, is open. */
  item: KnownProduct | null = null;
  steps = 0;
  searches = 0;
  /** Words of the last query. */
  query = '';
  lastCommand: string | null = null;
  readonly #admissible: () => readonly string[];

  constructor(firstObservation: string, { admissible }: { admissible: () => readonly string[] }) {
    const [, , instruction = ''] = firstObservation.split(' [SEP] ');
    this.task = instruction;
    this.wishes = readInstruction(instruction);
    this.#admissible = admissible;
  }

  /** The memory of an episode that has just begun. */
  static of(firstObservation: string, environment: TextEnvironment): ShopMemory {
    return new ShopMemory(firstObservation, { admissible: () => environment.admissible() });
  }

  subgoals(): readonly Subgoal[] {
    return SUBGOALS;
  }

  update(command: string, observation: string): void {
    this.steps++;
    this.lastCommand = command;
    const clickable = this.#admissible().map((shown) => shown.slice('click['.length, -1));
    this.page = readPage(observation, clickable);
    const action = parseAction(command);
    const target = action?.argument ?? '';
    if (action?.name === 'search') {
      this.searches++;
      this.query = target;
    }
    if (this.page.kind === 'index' || this.page.kind === 'results') this.item = null;
    else if (this.page.kind === 'text') this.#read(target, this.page.text);
    else if (this.page.kind === 'item') this.#see(this.page, target);
  }

  /** Where an option stands among all values of the product that is open, from 0; -1: it is none. */
  placeOf(value: string): number {
    return this.item?.groups.flatMap(({ values }) => values).indexOf(value) ?? -1;
  }

  /** Share of the instruction's terms that are among some. */
  coverage(terms: ReadonlySet<string>): number {
    const wanted = this.wishes.terms;
    if (wanted.length === 0) return 1;
    return wanted.filter((term) => terms.has(term)).length / wanted.length;
  }

  titleCoverage({ title }: Pick<ListedProduct, 'title'>): number {
    return this.coverage(termsOf(title));
  }

  isDear({ price }: { price: number }): boolean {
    return price > this.wishes.limit;
  }

  #read(target: string, text: string): void {
    if (!this.item || this.item.read.has(target)) return;
    this.item.read.add(target);
    for (const term of analyze(text)) this.item.terms.add(term);
  }

  #see({ title, price, groups }: PageSeen & { kind: 'item' }, target: string): void {
    if (this.item) {
      const chosen = this.item.groups.findLast(({ values }) => values.includes(target));
      if (chosen) chosen.chosen = target;
      return;
    }
    const known = groups.map((group) => ({ ...group, wanted: this.#wanted(group), chosen: null }));
    const missing = this.wishes.options.filter(
      ({ name, value }) => !known.some((group) => group.name === name && find(group.values, value)),
    );
    const before = this.products.get(target);
    this.item = {
      asin: target,
      title,
      price,
      groups: known,
      misfits:
        missing.length + known.filter((group) => group.wanted === null && !this.#isNamed(group)).length,
      terms: before?.terms ?? new Set(termsOf(title)),
      read: before?.read ?? new Set(),
    };
    this.products.set(target, this.item);
  }

  #isNamed({ name }: OptionGroup): boolean {
    return this.wishes.options.some((option) => option.name === name);
  }

  /** The value that the instruction names for a group; where it names no groups, the longest value that stands in it. */
  #wanted(group: OptionGroup): string | null {
    const named = this.wishes.options.find(({ name }) => name === group.name);
    if (named) return find(group.values, named.value) ?? null;
    if (this.wishes.options.length > 0) return null;
    const text = ` ${this.wishes.text.replace(/[.,;]/g, ' ')} `;
    const standing = group.values.filter((value) => text.includes(` ${value.trim()} `));
    return standing.sort((a, b) => b.length - a.length)[0] ?? null;
  }
}
