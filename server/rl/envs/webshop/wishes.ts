import { termOf, words } from './analyzer.ts';

/** What an instruction asks for, as its text says it. */
export interface Wishes {
  /** Without the price, lower case. */
  text: string;
  /** Terms of the kind of thing and its attributes, without the options; each once. */
  terms: readonly string[];
  /** Words that make a query, in their order: kind, attributes and option values; each once. */
  queryWords: readonly string[];
  /** `color: red` of an instruction that names its options. */
  options: readonly { name: string; value: string }[];
  /** Dollars; infinite where no price is named. */
  limit: number;
}

const PRICE = /,? and price lower than ([\d.]+) dollars/;
/** The last `with` before the first colon: ` with long sleeve with color: `. */
const FIRST_OPTION = /^[^:]*( with )[^,:]{1,40}: /d;
/** How people begin to ask. */
const ASKING = new Set('find me i im am looking look want need would like buy please some'.split(' '));

/** Reads an instruction: `Find me slim fit shirts with long sleeve with color: red, and price lower than 30.00 dollars`. */
export function readInstruction(instruction: string): Wishes {
  const lower = instruction.toLowerCase();
  const price = PRICE.exec(lower);
  const text = (
    price ? lower.slice(0, price.index) + lower.slice(price.index + price[0].length) : lower
  ).trim();
  const first = FIRST_OPTION.exec(text);
  const [from, to] = first?.indices?.[1] ?? [text.length, text.length];
  const core = text.slice(0, from);
  const options = readOptions(text.slice(to));
  const asked = [...new Set(queryWords(core))];
  const values = options.flatMap(({ value }) => queryWords(value));
  return {
    text,
    terms: [...new Set(asked.flatMap((word) => words(word).flatMap((part) => termOf(part) ?? [])))],
    queryWords: [...new Set([...asked, ...values])],
    options,
    limit: price ? Number(price[1]) : Number.POSITIVE_INFINITY,
  };
}

/** `color: red, and size: 7 ft, and more` → two options; a part without a name belongs to the one before. */
function readOptions(text: string): { name: string; value: string }[] {
  const options: { name: string; value: string }[] = [];
  for (const part of text.split(', and ')) {
    const colon = part.indexOf(': ');
    const last = options.at(-1);
    if (colon > 0) options.push({ name: part.slice(0, colon), value: part.slice(colon + 2) });
    else if (last) last.value += `, and ${part}`;
  }
  return options;
}

/** Words worth a search: without stop words and what brackets would break. */
function queryWords(text: string): string[] {
  return text
    .replace(/[[\]()",;:]/g, ' ')
    .split(/\s+/)
    .filter((word) => words(word).some((part) => termOf(part) !== null) && !ASKING.has(word));
}
