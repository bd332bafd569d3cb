/**
 * How well WebShop is played without learning: the paper's rule (search the instruction, open the first result, buy it), the
 * scripted shopper that warm starts imitate, and the purchase of exactly what was meant. Success, mean score, mean steps.
 *
 *     npm run bench -- shoppers [--games auto|real|generated] [--count 500] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { parseRunConfig } from '../../server/contract/run-config.ts';
import type { ShoppingEnvironment, ShoppingStep } from '../../server/rl/envs/webshop/environment.ts';
import { WEBSHOP_WORLD } from '../../server/rl/envs/webshop/world.ts';
import { Random } from '../../server/rl/random.ts';

const { values } = parseArgs({
  options: {
    games: { type: 'string', default: 'auto' },
    count: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
  },
});
const config = parseRunConfig({ environment: 'webshop', games: values.games });
const games = WEBSHOP_WORLD.openGames(config);
console.log(`${games.source} products (${games.origin}), ${config.stepLimit} steps`);

type Shopper = (environment: ShoppingEnvironment, index: number) => { step: ShoppingStep; steps: number };

function follow(environment: ShoppingEnvironment, commands: readonly string[]) {
  const steps = commands.map((command) => environment.step(command));
  // A search came before them.
  return { step: steps.at(-1) as ShoppingStep, steps: 1 + steps.length };
}

const SHOPPERS: Record<string, Shopper> = {
  rule(environment) {
    environment.reset();
    environment.step(`search[${environment.session.goal.instruction.toLowerCase()}]`);
    const { page } = environment.session;
    const first = page.kind === 'results' ? page.products[0] : undefined;
    return follow(environment, [`click[${first?.asin.toLowerCase()}]`, 'click[buy now]']);
  },
  script(environment, index) {
    const memory = WEBSHOP_WORLD.remember(environment.reset(), environment);
    const expert = WEBSHOP_WORLD.expert(memory, new Random(Number(values.seed), index));
    for (let steps = 1; ; steps++) {
      const { action } = expert?.act(environment.admissible()) ?? { action: '' };
      const step = environment.step(action);
      memory.update(action, step.observation);
      if (step.done) return { step, steps };
    }
  },
  exact(environment) {
    environment.reset();
    const { asin, title, options } = environment.session.goal;
    environment.step(`search[${title.replace(/[[\]]/g, ' ')}]`);
    const chosen = options instanceof Map ? Array.from(options.values()) : [];
    return follow(
      environment,
      [asin.toLowerCase(), ...chosen, 'buy now'].map((target) => `click[${target}]`),
    );
  },
};

for (const split of ['test', 'train'] as const)
  for (const [name, shopper] of Object.entries(SHOPPERS)) {
    const count = Math.min(Number(values.count), games.count(split));
    const limit = name === 'script' ? config.stepLimit : Number.POSITIVE_INFINITY;
    const visits = Array.from({ length: count }, (_, index) =>
      shopper(games.open(split, index, limit) as ShoppingEnvironment, index),
    );
    const mean = (value: (visit: (typeof visits)[number]) => number) =>
      visits.reduce((sum, visit) => sum + value(visit), 0) / count;
    const success = (100 * mean(({ step }) => Number(step.won))).toFixed(1);
    const score = (100 * mean(({ step }) => step.score)).toFixed(1);
    const steps = mean((visit) => visit.steps).toFixed(1);
    console.log(`${split}, ${name}: success ${success} %, score ${score} %, ${steps} steps, n = ${count}`);
  }
