import { parseArgs } from 'node:util';
import { ShoppingEnvironment } from '../../server/rl/envs/webshop/environment.ts';
import { generateProduct } from '../../server/rl/envs/webshop/generated/product.ts';
import { originalSeeds } from '../../server/rl/envs/webshop/goals.ts';
import { IndexBuilder } from '../../server/rl/envs/webshop/index-builder.ts';
import { searchText } from '../../server/rl/envs/webshop/product.ts';
import type { SearchIndex } from '../../server/rl/envs/webshop/search-index.ts';
import { Shop } from '../../server/rl/envs/webshop/shop.ts';
import { openCatalogue } from '../../server/rl/envs/webshop/shop-data.ts';
import { makeChooser } from './environments/chooser.ts';

const GOAL_STEPS_PER_SECOND = 50_000;
const GOAL_SEARCHES_PER_SECOND = 2000;

const USAGE = `Measures the WebShop environment on one core: random shoppers in the catalogue of 1,000 products.

  npm run bench -- webshop [--seconds 3 (of processor time)] [--source auto|real|generated]
  npm run bench -- webshop --products 1180000 [--searches 2000]

--products indexes that many generated products instead, and searches them.`;

interface Measurement {
  stepsPerCpuSecond: number;
  stepsPerWallSecond: number;
  /** Share of steps that were searches, and of episodes that ended with a purchase. */
  searches: number;
  purchases: number;
  charactersPerStep: number;
  meanAdmissible: number;
}

/**
 * Random legal shopping: from an index page a query of 2 to 5 words of the instruction, elsewhere any click. Each text is read to
 * its last character, since V8 joins strings lazily.
 */
function measure(shop: Shop, seconds: number): Measurement {
  const choose = makeChooser(7);
  let [steps, searches, episodes, purchases, characters, listed] = [0, 0, 0, 0, 0, 0];
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let cpuSeconds = 0; // all threads: the garbage collector's too
  while (cpuSeconds < seconds) {
    for (let episode = 0; episode < 100; episode++) {
      const environment = new ShoppingEnvironment(shop, choose(shop.goals.length));
      const words = environment.session.goal.instruction.toLowerCase().split(' ');
      environment.reset();
      for (let done = false; !done; ) {
        const clicks = environment.admissible();
        const from = choose(words.length - 1);
        const isSearch = clicks.length === 0;
        const query = words.slice(from, from + 2 + choose(4)).join(' ');
        const step = environment.step(isSearch ? `search[${query}]` : clicks[choose(clicks.length)]!);
        step.observation.charCodeAt(step.observation.length - 1);
        characters += step.observation.length;
        listed += clicks.length;
        steps++;
        if (isSearch) searches++;
        if (step.done && !step.truncated) purchases++;
        done = step.done;
      }
      episodes++;
    }
    const { user, system } = process.cpuUsage(cpuStart);
    cpuSeconds = (user + system) / 1e6;
  }
  return {
    stepsPerCpuSecond: steps / cpuSeconds,
    stepsPerWallSecond: (steps / (performance.now() - start)) * 1000,
    searches: searches / steps,
    purchases: purchases / episodes,
    charactersPerStep: characters / steps,
    meanAdmissible: listed / steps,
  };
}

function benchSteps(source: 'auto' | 'real' | 'generated', seconds: number): void {
  const loadStart = performance.now();
  const { catalogue, nouns, origin } = openCatalogue({ source });
  const shop = new Shop(catalogue, { goals: 'synthetic', seeds: originalSeeds(12345), nouns });
  const loadMs = performance.now() - loadStart;
  measure(shop, 1); // lets V8 compile the hot paths and the tagger read the titles
  const runs = Array.from({ length: 3 }, () => measure(shop, seconds / 3));
  const spread = (speeds: number[]) => {
    const sorted = speeds.sort((a, b) => a - b).map((speed) => Math.round(speed).toLocaleString('en'));
    return `${sorted[1]} (${sorted[0]} to ${sorted[2]})`;
  };
  console.log(
    `WebShop, ${shop.goals.length} goals of ${catalogue.products.length} products (${origin}), Node ${process.version}`,
  );
  console.log('Random legal shopping; text and available clicks read at every step. Median of three runs.');
  printRows([
    ['steps/s of one core (processor time)', spread(runs.map((run) => run.stepsPerCpuSecond))],
    ['steps/s by the clock, machine shared', spread(runs.map((run) => run.stepsPerWallSecond))],
    ['goal', GOAL_STEPS_PER_SECOND.toLocaleString('en')],
    ['the Python original', '18 to 25'],
    ['steps that were searches', `${(runs[0]!.searches * 100).toFixed(1)} %`],
    ['episodes with a purchase', `${(runs[0]!.purchases * 100).toFixed(1)} %`],
    ['available clicks, mean', runs[0]!.meanAdmissible.toFixed(1)],
    ['characters of text per step, mean', runs[0]!.charactersPerStep.toFixed(1)],
    ['load catalogue and goals', `${loadMs.toFixed(0)} ms`],
  ]);
}

/** Processor time of the whole process so far, in seconds: a busy machine distorts it less than the clock. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function benchIndex(products: number, searches: number): void {
  const queries: string[] = [];
  const builder = new IndexBuilder();
  const asins: string[] = [];
  const kinds: string[] = [];
  let [textSeconds, addSeconds, indexed] = [0, 0, 0];
  const clockStart = performance.now();
  for (let from = 0; from < products; from += 1000) {
    const before = cpuSeconds();
    const texts: string[] = [];
    for (let number = from; number < Math.min(from + 1000, products); number++) {
      const { product } = generateProduct(1, number);
      texts.push(searchText(product));
      asins.push(product.asin);
      kinds.push(`${product.category} › ${product.query}`);
      if (product.instruction && queries.length < searches) queries.push(product.instruction.toLowerCase());
    }
    const between = cpuSeconds();
    for (const text of texts) {
      builder.add(text);
      indexed += text.length;
    }
    addSeconds += cpuSeconds() - between;
    textSeconds += between - before;
  }
  const finishStart = cpuSeconds();
  const index = builder.finish(asins, kinds);
  const finishSeconds = cpuSeconds() - finishStart;
  const clockSeconds = (performance.now() - clockStart) / 1000;
  const choose = makeChooser(11);
  const short = queries.map((query) => {
    const words = query.split(' ').slice(2); // without "find me"
    const from = choose(words.length - 1);
    return words.slice(from, from + 2 + choose(4)).join(' ');
  });
  for (const query of [...queries.slice(0, 200), ...short.slice(0, 200)]) index.search(query, 50); // lets V8 compile it
  console.log(
    `WebShop search, ${index.size.toLocaleString('en')} generated products, Node ${process.version}`,
  );
  console.log('Seconds of processor time; each query is asked once, none is kept.');
  printRows([
    ['texts made', `${textSeconds.toFixed(1)} s for ${(indexed / 1e6).toFixed(0)} MB`],
    [
      'indexed',
      `${(addSeconds + finishSeconds).toFixed(1)} s (of which ${finishSeconds.toFixed(1)} s to finish), goal 180 s`,
    ],
    ['both by the clock, machine shared', `${clockSeconds.toFixed(1)} s`],
    ['postings', index.postings.toLocaleString('en')],
    ['most memory held', `${(process.resourceUsage().maxRSS / 1024 ** 2).toFixed(2)} GB, goal 4 GB`],
    ['searches/s, 2 to 5 words', `${searchesPerSecond(index, short)}, goal ${GOAL_SEARCHES_PER_SECOND}`],
    ['searches/s, whole instructions', searchesPerSecond(index, queries)],
  ]);
}

/** By processor time. */
function searchesPerSecond(index: SearchIndex, queries: readonly string[]): string {
  const start = cpuSeconds();
  for (const query of queries) index.search(query, 50);
  return Math.round(queries.length / (cpuSeconds() - start)).toLocaleString('en');
}

function printRows(rows: readonly (readonly [string, string])[]): void {
  for (const [name, value] of rows) console.log(`  ${name.padEnd(38)} ${value}`);
}

function main(): void {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '3' },
      source: { type: 'string', default: 'auto' },
      products: { type: 'string' },
      searches: { type: 'string', default: '2000' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) console.log(USAGE);
  else if (values.products) benchIndex(Number(values.products), Number(values.searches));
  else {
    const source = values.source === 'real' || values.source === 'generated' ? values.source : 'auto';
    benchSteps(source, Number(values.seconds));
  }
}

main();
