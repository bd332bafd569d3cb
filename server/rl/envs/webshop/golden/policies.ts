import type { Goal } from '../goals.ts';
import { Session } from '../session.ts';
import type { Shop } from '../shop.ts';
import type { GoldenShops } from './shops.ts';
import type { Tally } from './tally.ts';

/** A sum in another order may differ in the last digits. */
const TOLERANCE = 1e-9;

interface RecordedRule {
  mean_reward: number;
  success_rate: number;
  goal_product_ranked_first: number;
  first40: [number, string | null, number][];
}

/** The paper's rule: search the instruction, open the first product, buy it. On goals 0 to 499. */
export function checkRuleBaseline(data: RecordedRule, shops: GoldenShops, tally: Tally): void {
  const shop = shops.original;
  const played = shop.goals.slice(0, 500).map((goal, i) => ({ goal, ...playRule(shop, i, goal) }));
  const mean = (value: (play: (typeof played)[number]) => number) =>
    played.reduce((sum, play) => sum + value(play), 0) / played.length;
  tally.close(
    'rule_baseline.mean_reward',
    mean((play) => play.reward),
    data.mean_reward,
    TOLERANCE,
  );
  tally.close(
    'rule_baseline.success_rate',
    mean((play) => Number(play.reward === 1)),
    data.success_rate,
    TOLERANCE,
  );
  const isFirst = mean((play) => Number(play.asin === play.goal.asin));
  tally.close('rule_baseline.goal_product_ranked_first', isFirst, data.goal_product_ranked_first, TOLERANCE);
  data.first40.forEach(([index, asin, reward], i) => {
    const play = played[index];
    tally.equal(`rule_baseline.first40[${i}]`, [index, play?.asin, play?.reward], [index, asin, reward]);
  });
}

function playRule(shop: Shop, index: number, goal: Goal): { asin: string | null; reward: number } {
  const visit = new Session(shop, String(index), goal);
  visit.act(`search[${goal.instruction.toLowerCase()}]`);
  const first = visit.page.kind === 'results' ? visit.page.products[0] : undefined;
  if (!first) return { asin: null, reward: 0 };
  visit.act(`click[${first.asin.toLowerCase()}]`);
  visit.act('click[buy now]');
  return { asin: first.asin, reward: visit.page.kind === 'done' ? visit.page.reward.total : 0 };
}

interface RecordedOracle {
  n_goals: number;
  products_with_goals: number;
  exact_purchase_reward_histogram: Record<string, number>;
}

/** What buying exactly the goal's product with exactly its options earns. */
export function checkOracle(data: RecordedOracle, shops: GoldenShops, tally: Tally): void {
  const shop = shops.original;
  tally.equal('oracle_stats.n_goals', shop.goals.length, data.n_goals);
  const asins = new Set(shop.goals.map((goal) => goal.asin));
  tally.equal('oracle_stats.products_with_goals', asins.size, data.products_with_goals);
  const counts = new Map<number, number>();
  for (const goal of shop.goals) {
    const options = goal.options instanceof Map ? goal.options : new Map<string, string>();
    const reward = shop.judge(shop.product(goal.asin)!, options, goal).total;
    const rounded = Number(reward.toFixed(3));
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  const where = 'oracle_stats.exact_purchase_reward_histogram';
  const expected = Object.entries(data.exact_purchase_reward_histogram);
  tally.equal(`${where} (rewards)`, counts.size, expected.length);
  for (const [reward, count] of expected)
    tally.equal(`${where}.${reward}`, counts.get(Number(reward)), count);
}
