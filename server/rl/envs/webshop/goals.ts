import { type Catalogue, drawPrices } from './catalogue.ts';
import type { Product } from './product.ts';
import { PythonRandom } from './python-random.ts';

/** A thing to buy, and what the reward asks of it. */
export interface Goal {
  asin: string;
  category: string;
  query: string;
  title: string;
  productCategory: string;
  instruction: string;
  attributes: readonly string[];
  /** Dollars; 1,000,000 where the instruction names no bound. */
  priceUpper: number;
  /** By group name for a synthetic goal, bare values for a human one. */
  options: ReadonlyMap<string, string> | readonly string[];
  /** Share in the draw of a goal by weight. */
  weight: number;
}

/** In what order, and by which draws, a run gets its goals. */
export interface GoalSeeds {
  /** Before the catalogue is loaded: decides the prices of ranges and the price bounds. The original leaves it to chance. */
  load: number;
  /** Before the goals are shuffled: 233 in the original; verl-agent takes the load seed again. */
  shuffle: number;
}

/** The original's fixed order of goals, with prices that `load` decides. */
export function originalSeeds(load: number): GoalSeeds {
  return { load, shuffle: 233 };
}

const NO_BOUND = 1_000_000;

/** The goals of a run in their order, its prices, and the generator as the shuffle left it. */
export interface DrawnGoals {
  goals: Goal[];
  /** By place in the catalogue. */
  prices: Float64Array;
  random: PythonRandom;
}

/** Draws prices, makes the goals and shuffles them, in the original's order of draws. */
export function drawGoals(catalogue: Catalogue, kind: 'synthetic' | 'human', seeds: GoalSeeds): DrawnGoals {
  const random = new PythonRandom(seeds.load);
  const prices = drawPrices(catalogue, random);
  const goals =
    kind === 'human' ? humanGoals(catalogue, prices, random) : syntheticGoals(catalogue, prices, random);
  random.seed(seeds.shuffle);
  random.shuffle(goals);
  return { goals, prices, random };
}

/** One goal for each choice of options of each product that has an instruction; group names in alphabetical order. */
function syntheticGoals(catalogue: Catalogue, prices: Float64Array, random: PythonRandom): Goal[] {
  const goals: Goal[] = [];
  const counts = new Map<string, number>();
  for (let place = 0; place < catalogue.products.length; place++) {
    const product = catalogue.products.get(place);
    if (product.instruction === null) continue;
    const bound = drawBound(prices[place]!, random);
    for (const options of combinations(product.options)) {
      const chosen = Array.from(options, ([name, value]) => `${name}: ${value}`).join(', and ');
      const instruction = product.instruction + (chosen && ` with ${chosen}`) + bound.text;
      goals.push(makeGoal(product, instruction, product.instructionAttributes, bound.upper, options));
      for (const attribute of product.instructionAttributes)
        counts.set(attribute, (counts.get(attribute) ?? 0) + 1);
    }
  }
  for (const goal of goals) {
    const rarity = goal.attributes.reduce((sum, attribute) => sum + 1 / counts.get(attribute)!, 0);
    goal.weight = rarity / goal.attributes.length;
  }
  return goals;
}

/** One goal for each human instruction that names an attribute. */
function humanGoals(catalogue: Catalogue, prices: Float64Array, random: PythonRandom): Goal[] {
  const goals: Goal[] = [];
  for (let place = 0; place < catalogue.products.length; place++) {
    for (const human of catalogue.humanInstructions.get(catalogue.products.asin(place)) ?? []) {
      if (human.instruction_attributes.length === 0) continue;
      const bound = drawBound(prices[place]!, random);
      const instruction = human.instruction.replace(/^\.+|\.+$/g, '') + bound.text;
      const product = catalogue.products.get(place);
      goals.push(
        makeGoal(product, instruction, human.instruction_attributes, bound.upper, human.instruction_options),
      );
    }
  }
  return goals;
}

function makeGoal(
  { asin, category, query, title, productCategory }: Product,
  instruction: string,
  attributes: readonly string[],
  priceUpper: number,
  options: Goal['options'],
): Goal {
  return {
    asin,
    category,
    query,
    title,
    productCategory,
    instruction,
    attributes,
    priceUpper,
    options,
    weight: 1,
  };
}

/** Two of the first four tens above the price, of which the larger is the bound; none where fewer than two are left. */
function drawBound(price: number, random: PythonRandom): { upper: number; text: string } {
  const candidates: number[] = [];
  for (let bound = 10; bound < 1000 && candidates.length < 4; bound += 10)
    if (bound > price) candidates.push(bound);
  if (candidates.length < 2) return { upper: NO_BOUND, text: '' };
  const upper = Math.max(...random.sample(candidates, 2));
  return { upper, text: `, and price lower than ${upper.toFixed(2)} dollars` };
}

function combinations(groups: ReadonlyMap<string, readonly string[]>): Map<string, string>[] {
  let chosen: [string, string][][] = [[]];
  for (const [name, values] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    chosen = chosen.flatMap((before) =>
      values.map((value) => [...before, [name, value] as [string, string]]),
    );
  }
  return chosen.map((pairs) => new Map(pairs));
}
