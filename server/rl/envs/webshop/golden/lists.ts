import { createHash } from 'node:crypto';
import type { Goal } from '../goals.ts';
import { floatText } from '../python-text.ts';
import type { Shop } from '../shop.ts';
import { VerlBatches } from '../verl-agent.ts';
import { WebShop } from '../web-shop.ts';
import { type RecordedGoal, recordGoal, recordOptions } from './goal-format.ts';
import { type GoldenShops, RECORDED_SEEDS } from './shops.ts';
import type { Tally } from './tally.ts';

/** Scores were recorded with seven digits. */
const SCORE_TOLERANCE = 2e-6;

interface RecordedSearch {
  query: string;
  total: number;
  asins: string[];
  scores: number[] | null;
}

export function checkSearches(data: RecordedSearch[], shops: GoldenShops, tally: Tally): void {
  const { index, products } = shops.catalogue;
  data.forEach(({ query, total, asins, scores }, i) => {
    const hits = index.search(query, 50);
    const found = { query, total: hits.length, asins: hits.map((hit) => products.asin(hit.place)) };
    tally.equal(`search[${i}]`, found, { query, total, asins });
    scores?.forEach((score, rank) => {
      tally.close(`search[${i}].scores[${rank}]`, hits[rank]?.score, score, SCORE_TOLERANCE);
    });
  });
}

interface RecordedGoals {
  n: number;
  order_sha256: string;
  instruction_sha256: string;
  prices_sha256: string;
}

interface OriginalGoals extends RecordedGoals {
  sum_weights: number;
  first: RecordedGoal[];
  at: Record<string, [string, string]>;
  ranged_prices: Record<string, number>;
}

/** Goals in the original's own order; the name of an entry ends with their kind. */
export function checkOriginalGoals(
  data: Record<string, OriginalGoals>,
  shops: GoldenShops,
  tally: Tally,
): void {
  for (const [name, recorded] of Object.entries(data)) {
    const where = `goals_original.${name}`;
    const shop = shops.get(name.endsWith('human') ? 'human' : 'synthetic', RECORDED_SEEDS);
    checkFingerprints(where, shop, recorded, tally);
    tally.close(`${where}.sum_weights`, shop.cumulativeWeights.at(-1), recorded.sum_weights, 1e-9);
    recorded.first.forEach((goal, i) => {
      const actual = shop.goals[i] && recordGoal(shop.goals[i], true);
      tally.equal(`${where}.first[${i}]`, actual, goal);
    });
    for (const [index, expected] of Object.entries(recorded.at)) {
      tally.equal(`${where}.at.${index}`, asinAndText(shop.goals[Number(index)]), expected);
    }
    for (const [asin, price] of Object.entries(recorded.ranged_prices)) {
      tally.equal(`${where}.ranged_prices.${asin}`, shop.price(asin), price);
    }
  }
}

interface VerlGoals extends RecordedGoals {
  first: [string, string, number, RecordedGoal['goal_options']][];
  last: [string, string];
  ranged_prices: [string, number][];
  session_after_ctor: string;
  instruction_after_ctor: string;
}

/** Goals in verl-agent's order for a seed, and its batches: `RandomState(6).choice(range(500,6910),128,replace=False)`. */
export function checkVerlGoals(data: Record<string, unknown>, shops: GoldenShops, tally: Tally): void {
  for (const [name, recorded] of Object.entries(data)) {
    const where = `goals_verl_hiper.${name}`;
    const seed = /seed_(\d+)$/.exec(name)?.[1];
    if (seed) checkVerlSeed(where, Number(seed), recorded as VerlGoals, shops, tally);
    else checkBatches(where, recorded as Record<string, number[][]>, tally);
  }
}

function checkVerlSeed(
  where: string,
  seed: number,
  recorded: VerlGoals,
  shops: GoldenShops,
  tally: Tally,
): void {
  const shop = shops.fresh({ load: seed, shuffle: seed });
  checkFingerprints(where, shop, recorded, tally);
  recorded.first.forEach((expected, i) => {
    const goal = shop.goals[i];
    const actual = goal && [goal.asin, goal.instruction, goal.priceUpper, recordOptions(goal)];
    tally.equal(`${where}.first[${i}]`, actual, expected);
  });
  tally.equal(`${where}.last`, asinAndText(shop.goals.at(-1)), recorded.last);
  for (const [asin, price] of recorded.ranged_prices)
    tally.equal(`${where}.ranged_prices`, shop.price(asin), price);
  const { session } = new WebShop(shop);
  tally.equal(`${where}.session_after_ctor`, session.id, recorded.session_after_ctor);
  const instruction = `Instruction: ${session.goal.instruction}`;
  tally.equal(`${where}.instruction_after_ctor`, instruction, recorded.instruction_after_ctor);
}

function checkBatches(where: string, recorded: Record<string, number[][]>, tally: Tally): void {
  for (const [call, draws] of Object.entries(recorded)) {
    const numbers = /^RandomState\((\d+)\)\.choice\(range\((\d+),(\d+)\),(\d+),/
      .exec(call)
      ?.slice(1)
      .map(Number);
    const [seed, start, end, size] = (numbers ?? []) as [number, number, number, number];
    const batches = new VerlBatches(seed, { from: start, to: end });
    const drawn = draws.map((draw) => batches.next(size).slice(0, draw.length));
    tally.equal(`${where}.${call}`, drawn, draws);
  }
}

function checkFingerprints(where: string, shop: Shop, recorded: RecordedGoals, tally: Tally): void {
  const { goals, catalogue } = shop;
  tally.equal(`${where}.n`, goals.length, recorded.n);
  const order = goals.map((goal) => `${goal.asin}|${spacedJson(recordOptions(goal))}`);
  tally.equal(`${where}.order_sha256`, sha256(order), recorded.order_sha256);
  tally.equal(
    `${where}.instruction_sha256`,
    sha256(goals.map((goal) => goal.instruction)),
    recorded.instruction_sha256,
  );
  const asins = Array.from({ length: catalogue.products.length }, (_, place) =>
    catalogue.products.asin(place),
  );
  const prices = asins.map((asin) => `${asin}:${floatText(shop.price(asin))}`);
  tally.equal(`${where}.prices_sha256`, sha256(prices), recorded.prices_sha256);
}

function sha256(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

/** JSON with Python's blanks after commas and colons. */
function spacedJson(options: RecordedGoal['goal_options']): string {
  if (Array.isArray(options)) return `[${options.map((value) => JSON.stringify(value)).join(', ')}]`;
  return `{${Object.entries(options)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(', ')}}`;
}

function asinAndText(goal: Goal | undefined): [string, string] | undefined {
  return goal && [goal.asin, goal.instruction];
}
