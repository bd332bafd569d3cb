import type { Goal } from '../goals.ts';
import type { NounFinder } from '../nouns.ts';
import {
  countOptions,
  judgePurchase,
  optionCount,
  type Reward,
  requirements,
  typeFactor,
} from '../reward.ts';
import { type RecordedGoal, type RecordedInfo, readGoal, recordInfo } from './goal-format.ts';
import type { GoldenShops } from './shops.ts';
import type { Tally } from './tally.ts';

interface ComputedReward {
  goal: RecordedGoal;
  purchased_asin: string;
  options: Record<string, string>;
  price: number;
  purchased_nouns: string[];
  goal_nouns: string[];
  reward: number;
  info: RecordedInfo;
}

/** Purchases judged by the original, with the nouns it was given. */
export function checkComputedRewards(data: ComputedReward[], shops: GoldenShops, tally: Tally): void {
  for (const [i, recorded] of data.entries()) {
    const where = `reward_computed[${i}]`;
    const goal = readGoal(recorded.goal);
    const place = shops.catalogue.products.find(recorded.purchased_asin);
    if (place < 0) {
      tally.equal(`${where}.purchased_asin`, null, recorded.purchased_asin);
      continue;
    }
    const product = shops.catalogue.products.get(place);
    const finder: NounFinder = {
      source: 'spacy',
      nouns: (title) => (title === product.title ? recorded.purchased_nouns : recorded.goal_nouns),
    };
    const purchase = { product, options: new Map(Object.entries(recorded.options)), price: recorded.price };
    const reward = judgePurchase(purchase, goal, finder);
    const actual = { reward: reward.total, info: recordInfo(reward, goal) };
    tally.equal(where, actual, { reward: recorded.reward, info: recorded.info });
  }
}

/** A purchase that a person made, judged by the original with spaCy; the product itself need not be known. */
export interface HumanReward {
  goal: RecordedGoal;
  options: Record<string, string>;
  price: number;
  reward: number;
  reward_info: RecordedInfo;
  num_attr_matches?: number;
  num_option_matches?: number;
}

export function checkHumanRewards(data: HumanReward[], tally: Tally): void {
  for (const [i, recorded] of data.entries()) {
    checkHumanReward(`human_trajectory_rewards[${i}]`, recorded, tally);
  }
}

/** All that follows without the product's own text: options, price, the factor of the type, and their sum. */
export function checkHumanReward(where: string, recorded: HumanReward, tally: Tally): void {
  const goal = readGoal(recorded.goal);
  const info = recorded.reward_info;
  const attributeMatches = Math.round(info.r_att * goal.attributes.length);
  const optionMatches = countOptions(Object.values(recorded.options), goal.options);
  const priceMatch = recorded.price <= goal.priceUpper;
  const factor = typeFactor(info.query_match, info.category_match, info.title_score);
  const total = ((attributeMatches + optionMatches + Number(priceMatch)) / requirements(goal)) * factor;
  const type = {
    factor,
    queryMatch: info.query_match,
    categoryMatch: info.category_match,
    titleScore: info.title_score,
  };
  const reward: Reward = { total, type, attributeMatches, optionMatches, priceMatch };
  const { w_att, w_option, w_price, ...parts } = recordInfo(reward, goal);
  const expected: RecordedInfo = { ...info };
  if (optionCount(goal.options) === 0) delete expected.r_option;
  tally.equal(where, { reward: total, info: parts }, { reward: recorded.reward, info: expected });
  if (recorded.num_attr_matches !== undefined) {
    tally.equal(`${where}.num_attr_matches`, attributeMatches, recorded.num_attr_matches);
  }
  if (recorded.num_option_matches !== undefined) {
    tally.equal(`${where}.num_option_matches`, optionMatches, recorded.num_option_matches);
  }
}

interface ExternalRecord {
  rewards: [string, number][];
  first_page: Record<string, string[]>;
}

/** What others published about the same products: one goal's rewards for purchases without options, two first pages. */
export function checkExternal(data: ExternalRecord, shops: GoldenShops, tally: Tally): void {
  const shop = shops.original;
  const goal = shop.goals.find(isPublishedGoal);
  for (const [asin, reward] of data.rewards) {
    const product = shop.product(asin);
    const actual = product && goal && shop.judge(product, new Map(), { ...goal, priceUpper: 50 }).total;
    tally.equal(`external_recorded.rewards.${asin}`, actual, reward);
  }
  for (const [query, asins] of Object.entries(data.first_page)) {
    const found = shop
      .find(query.split(' '))
      ?.page(1)
      .map((product) => product.asin);
    tally.equal(`external_recorded.first_page.${query}`, found, asins);
  }
}

function isPublishedGoal({ asin, options }: Goal): boolean {
  if (asin !== 'B099WX3CV5' || !(options instanceof Map)) return false;
  return options.get('color') === 'green stripe' && options.get('size') === 'large';
}
