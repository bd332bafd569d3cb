import { Random } from '../../../random.ts';
import { type Product, readPrice } from '../product.ts';
import { DEPARTMENTS, type Department } from './departments.ts';
import { brandName, bullet, type Subject, sentences } from './sentences.ts';

/** A made-up product and the nouns of its title, lower case, repeats kept. */
export interface GeneratedProduct {
  product: Product;
  nouns: readonly string[];
}

const ASIN_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Makes product `number` of a seed; the others need not be made first. Shaped like the 1,000 real ones: how many options,
 * attributes, words and bullets, which share has an instruction, a price range or no description.
 */
export function generateProduct(seed: number, number: number): GeneratedProduct {
  const random = new Random(seed, 'webshop product', number);
  const department = DEPARTMENTS[random.weighted(DEPARTMENTS.map(({ share }) => share))]!;
  const [prefix, thing] = [random.pick(department.prefixes), random.pick(department.things)];
  const attributes = pickAttributes(random, department);
  const listed = [...attributes.before, ...attributes.with, ...attributes.for];
  const subject: Subject = {
    department,
    brand: brandName(random),
    kind: `${prefix} ${thing}`,
    material: random.pick(department.materials),
    attributes: listed,
  };
  const query = `${prefix} ${plural(thing)}`;
  const { title, nouns } = makeTitle(random, subject, prefix, thing);
  const hasInstruction = listed.length >= 2 && random.chance(0.7);
  const wanted = hasInstruction ? chooseWanted(random, attributes) : null;
  return {
    product: {
      asin: makeAsin(random, number),
      title,
      description: random.chance(0.3)
        ? ''
        : sentences(random, subject, 1 + random.int(random.chance(0.05) ? 60 : 15)),
      bullets: Array.from({ length: 1 + random.weighted([1, 2, 4, 12, 70, 6, 3, 2]) }, () =>
        bullet(random, subject),
      ),
      ...readPrice(makePricing(random)),
      options: makeOptions(random, department),
      attributes: listed.length > 0 ? listed : ['DUMMY_ATTR'],
      category: department.category,
      query,
      productCategory: categoryPath(random, department, prefix, thing),
      instruction: wanted && makeInstruction(wanted, query),
      instructionAttributes: wanted ? [...wanted.before, ...wanted.with, ...wanted.for] : [],
    },
    nouns,
  };
}

type AttributeSet = Record<keyof Department['attributes'], string[]>;

function pickAttributes(random: Random, { attributes }: Department): AttributeSet {
  const some = (from: readonly string[], chances: readonly number[]) =>
    random.shuffle([...from]).slice(0, random.weighted(chances));
  if (random.chance(0.25)) return { before: [], with: [], for: [] };
  return {
    before: some(attributes.before, [25, 40, 25, 8, 2]),
    with: some(attributes.with, [35, 40, 20, 5]),
    for: some(attributes.for, [65, 30, 5]),
  };
}

/** Two to four of a product's attributes. */
function chooseWanted(random: Random, attributes: AttributeSet): AttributeSet {
  const all = [...attributes.before, ...attributes.with, ...attributes.for];
  const wanted = new Set(random.shuffle(all).slice(0, 2 + random.weighted([50, 32, 18])));
  const keep = (list: readonly string[]) => list.filter((attribute) => wanted.has(attribute));
  return { before: keep(attributes.before), with: keep(attributes.with), for: keep(attributes.for) };
}

function makeInstruction(wanted: AttributeSet, query: string): string {
  const after = (word: string, list: readonly string[]) =>
    list.length > 0 ? ` ${word} ${list.join(', ')}` : '';
  const before = wanted.before.length > 0 ? `${wanted.before.join(', ')} ` : '';
  return `Find me ${before}${query}${after('with', wanted.with)}${after('for', wanted.for)}`;
}

/** A title is written with a star before each noun: that is how its nouns are known. */
function makeTitle(random: Random, subject: Subject, prefix: string, thing: string) {
  const { department, brand, material, attributes } = subject;
  const look = () => random.pick(department.looks);
  const use = () => `*${random.pick(department.uses)}`;
  const attribute = () => (attributes.length > 0 ? random.pick(attributes) : look());
  let marked = `*${brand} ${look()} *${material} *${prefix} *${thing}`;
  for (let part = random.weighted([10, 30, 35, 15, 10]); part > 0; part--) {
    const other = `*${random.pick(department.materials)}`;
    marked += random.pick([
      `, ${look()} and ${look()} for ${use()} and ${use()}`,
      ` with ${other}, ${attribute()}`,
      ` - ${attribute()} *${thing} for ${use()}`,
      `, ${look()} ${other}`,
    ]);
  }
  const letters = ASIN_LETTERS.slice(10);
  const model = () => random.pick([...letters]) + random.pick([...letters]) + random.int(10_000);
  marked += random.pick(['', ` (*${model()})`, ` (*pack of ${2 + random.int(11)})`]);
  const nouns = Array.from(marked.matchAll(/\*([^\s,)]+)/g), ([, noun]) =>
    noun!.replace(/'s$/, '').toLowerCase(),
  );
  return { title: capital(marked.replaceAll('*', '')), nouns };
}

function makeOptions(random: Random, { optionGroups }: Department): Map<string, string[]> {
  const count = Math.min(random.weighted([577, 245, 165, 13]), optionGroups.length);
  const groups = random.shuffle([...optionGroups]).slice(0, count);
  return new Map(
    groups.map(({ name, values }) => {
      const size = Math.min(values.length, 2 + random.weighted([20, 20, 18, 12, 8, 6, 5, 4, 3, 2, 1, 1]));
      return [name, random.shuffle([...values]).slice(0, size)];
    }),
  );
}

/** Log-normal dollars with the real quartiles of about 14, 25 and 70; some ranges, some without a price. */
function makePricing(random: Random): string {
  if (random.chance(0.089)) return '';
  const price = Math.min(4299.99, Math.max(0.01, Math.exp(3.4 + 1.1 * random.normal())));
  const tag = `$${price.toFixed(2)}`;
  return random.chance(0.1) ? `${tag}$${(price * (1.05 + random.next())).toFixed(2)}` : tag;
}

function categoryPath(random: Random, { root }: Department, prefix: string, thing: string): string {
  const kinds = capital(plural(thing));
  const path = [
    root,
    capital(prefix),
    kinds,
    `${capital(prefix)} ${kinds}`,
    `${capital(random.pick(['small', 'large', 'other']))} ${kinds}`,
  ];
  return path.slice(0, 1 + random.weighted([1, 3, 12, 48, 36])).join(' › ');
}

/** Ten letters and digits, different for each number below 36^6. */
function makeAsin(random: Random, number: number): string {
  const tail = number.toString(36).toUpperCase().padStart(6, '0');
  return `B${random.pick([...ASIN_LETTERS])}${random.pick([...ASIN_LETTERS])}${random.pick([...ASIN_LETTERS])}${tail}`;
}

function plural(thing: string): string {
  if (/(s|x|sh|ch)$/.test(thing)) return `${thing}es`;
  return /[^aeiou]y$/.test(thing)
    ? `${thing.slice(0, -1)}ies`
    : thing.endsWith('f')
      ? `${thing.slice(0, -1)}ves`
      : `${thing}s`;
}

function capital(words: string): string {
  return words.replace(/(^|[ (])\p{L}/gu, (letter) => letter.toUpperCase());
}
