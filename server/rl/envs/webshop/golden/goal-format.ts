import type { Goal } from '../goals.ts';
import { optionCount, type Reward, requirements } from '../reward.ts';

/** A goal as the original's Python holds it. */
export interface RecordedGoal {
  asin: string;
  category: string;
  query: string;
  name: string;
  product_category: string;
  instruction_text: string;
  attributes: string[];
  price_upper: number;
  goal_options: Record<string, string> | string[];
  weight?: number;
}

export function recordGoal(goal: Goal, withWeight: boolean): RecordedGoal {
  return {
    asin: goal.asin,
    category: goal.category,
    query: goal.query,
    name: goal.title,
    product_category: goal.productCategory,
    instruction_text: goal.instruction,
    attributes: [...goal.attributes],
    price_upper: goal.priceUpper,
    goal_options: recordOptions(goal),
    ...(withWeight ? { weight: goal.weight } : {}),
  };
}

export function recordOptions({ options }: Goal): RecordedGoal['goal_options'] {
  return options instanceof Map ? Object.fromEntries(options) : [...(options as readonly string[])];
}

export function readGoal(recorded: RecordedGoal): Goal {
  const options = recorded.goal_options;
  return {
    asin: recorded.asin,
    category: recorded.category,
    query: recorded.query,
    title: recorded.name,
    productCategory: recorded.product_category,
    instruction: recorded.instruction_text,
    attributes: recorded.attributes,
    priceUpper: recorded.price_upper,
    options: Array.isArray(options) ? options : new Map(Object.entries(options)),
    weight: recorded.weight ?? 1,
  };
}

/** The original's `verbose_info` of a purchase. */
export interface RecordedInfo {
  r_type: number;
  r_att: number;
  query_match: boolean;
  category_match: boolean;
  title_score: number;
  r_option?: number;
  r_price: boolean;
  w_att?: number;
  w_option?: number;
  w_price?: number;
}

export function recordInfo(reward: Reward, goal: Goal): RecordedInfo {
  const [options, all] = [optionCount(goal.options), requirements(goal)];
  return {
    r_type: reward.type.factor,
    r_att: reward.attributeMatches / goal.attributes.length,
    w_att: goal.attributes.length / all,
    query_match: reward.type.queryMatch,
    category_match: reward.type.categoryMatch,
    title_score: reward.type.titleScore,
    ...(options > 0 ? { r_option: reward.optionMatches / options, w_option: options / all } : {}),
    r_price: reward.priceMatch,
    w_price: 1 / all,
  };
}
