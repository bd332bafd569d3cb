import { AppError } from '../../../contract/error.ts';
import type { RunConfig, Split } from '../../../contract/run-config.ts';
import type { Games, World } from '../environment.ts';
import { SEARCH, ShoppingEnvironment } from './environment.ts';
import { ShopExpert } from './expert.ts';
import { originalSeeds } from './goals.ts';
import { ShopMemory } from './memory.ts';
import { Shop } from './shop.ts';
import { type OpenedCatalogue, openCatalogue } from './shop-data.ts';
import { type GoalRange, verlSplits } from './splits.ts';
import { WEBSHOP_STATE } from './state-features.ts';
import { verlSeeds } from './verl-agent.ts';

/** Decides the prices of ranges and the price bounds in the original's order of goals. */
const LOAD_SEED = 12345;
/** verl-agent's training and validation. */
const VERL_SEEDS: Record<'train' | 'test', number> = { train: 0, test: 1000 };

/** All fields that say which shop it is. */
type ShopFields = Pick<RunConfig, 'games' | 'goals' | 'goalOrder' | 'catalogueSize'>;

const catalogues = new Map<string, OpenedCatalogue>();
const shops = new Map<string, Shop>();

/** The catalogue of a run; loaded once in a process. */
export function catalogueOf({ games, goals, catalogueSize }: ShopFields): OpenedCatalogue {
  const key = JSON.stringify([games, goals, catalogueSize, process.env.WEBSHOP_DATA]);
  let opened = catalogues.get(key);
  if (!opened) {
    opened = openCatalogue({ source: games, goals, limit: catalogueSize || undefined });
    catalogues.set(key, opened);
  }
  return opened;
}

function shopOf(fields: ShopFields, split: 'train' | 'test'): Shop {
  const seed = VERL_SEEDS[split];
  const seeds = fields.goalOrder === 'verl' ? verlSeeds(seed) : originalSeeds(LOAD_SEED);
  const { games, goals, catalogueSize } = fields;
  const key = JSON.stringify([games, goals, catalogueSize, process.env.WEBSHOP_DATA, seeds]);
  let shop = shops.get(key);
  if (!shop) {
    const { catalogue, nouns } = catalogueOf(fields);
    shop = new Shop(catalogue, { goals, seeds, nouns });
    shops.set(key, shop);
  }
  return shop;
}

/** Shopping by instruction, as verl-agent and HiPER play it (spec/webshop.md). */
export const WEBSHOP_WORLD: World = {
  name: 'webshop',
  state: WEBSHOP_STATE,
  strategies: null,
  openCommands: [{ shown: SEARCH, head: 'search[', tail: ']' }],
  openGames,
  isSayable: () => true,
  isIdle: (command) => command === 'click[reviews]',
  remember: ShopMemory.of,
  inform: () => null,
  expert: (memory: ShopMemory, random) => new ShopExpert(memory, random),
};

/**
 * verl-agent's split. In its own order of goals training and tests have seeds of their own, so that some goals are in both; in
 * the original's order none is.
 *
 * @throws AppError `bad-input` where no goal is left for training
 */
function openGames(config: RunConfig): Games {
  const { source, origin, skipped } = catalogueOf(config);
  const halves = new Map<Split, Half>();
  const halfOf = (split: Split): Half => {
    const half = halves.get(split) ?? openHalf(config, split);
    halves.set(split, half);
    return half;
  };
  const { from, to } = halfOf('train').range;
  if (from === to)
    throw new AppError(
      'bad-input',
      `goals: ${config.goals} ones are ${to} in this catalogue (${origin}), and the first 500 are for tests: choose synthetic, or a larger catalogue`,
    );
  return {
    source,
    origin,
    // Products belong to no split: they are told once.
    leftOut: (split) => (split === 'train' ? leftOut(skipped) : {}),
    count(split) {
      const { range } = halfOf(split);
      return range.to - range.from;
    },
    taskType(split, index) {
      const { shop, range } = halfOf(split);
      return shop?.goals[range.from + index]?.category ?? '';
    },
    open(split, index, stepLimit) {
      const { shop, range } = halfOf(split);
      if (!shop) throw new RangeError(`WebShop has no split ${split}`);
      return new ShoppingEnvironment(shop, range.from + index, { stepLimit, reward: config.shopReward });
    },
  };
}

/** Where the goals of a split are; no shop: there are none. */
interface Half {
  shop: Shop | null;
  range: GoalRange;
}

function openHalf(config: RunConfig, split: Split): Half {
  if (split !== 'train' && split !== 'test') return { shop: null, range: { from: 0, to: 0 } };
  const shop = shopOf(config, split);
  return { shop, range: verlSplits(shop.goals.length)[split] };
}

/** Products that the loading rules skip, by reason. */
function leftOut({ duplicate, badAsin }: OpenedCatalogue['skipped']): Record<string, number> {
  return {
    ...(duplicate > 0 && { 'products of an asin that came before': duplicate }),
    ...(badAsin > 0 && { 'products without an asin of 10 characters': badAsin }),
  };
}
