import { describe, expect, test } from 'vitest';
import { parseRunConfig } from '../../../../../server/contract/run-config.ts';
import { Agent } from '../../../../../server/rl/agent/agent.ts';
import { isAdmissible, type TextEnvironment } from '../../../../../server/rl/envs/environment.ts';
import type { ShoppingStep } from '../../../../../server/rl/envs/webshop/environment.ts';
import type { ShopMemory } from '../../../../../server/rl/envs/webshop/memory.ts';
import { QueryChoice } from '../../../../../server/rl/envs/webshop/query-choice.ts';
import { WEBSHOP } from '../../../../../server/rl/envs/webshop/webshop.ts';
import { WEBSHOP_WORLD } from '../../../../../server/rl/envs/webshop/world.ts';
import { Random } from '../../../../../server/rl/random.ts';

const config = parseRunConfig({ environment: 'webshop', games: 'generated' });
const games = WEBSHOP_WORLD.openGames(config);
const language = WEBSHOP.words?.(config);
if (!language) throw new Error('WebShop has words');

/** What the scripted shopper does with a goal, and what that earns. */
function shop(environment: TextEnvironment, seed: number) {
  const memory = WEBSHOP_WORLD.remember(environment.reset() as string, environment);
  const expert = WEBSHOP_WORLD.expert(memory, new Random(seed));
  const commands: string[] = [];
  for (;;) {
    const admissible = environment.admissible();
    const { action } = expert?.act(admissible) ?? { action: '' };
    expect(isAdmissible(action, admissible, WEBSHOP_WORLD.openCommands), action).toBe(true);
    commands.push(action);
    const step = environment.step(action) as ShoppingStep;
    memory.update(action, step.observation);
    if (step.done) return { commands, step };
  }
}

describe('the world', () => {
  test('keeps the first 500 goals for tests', () => {
    expect(games.count('test')).toBe(500);
    expect(games.count('train')).toBeGreaterThan(1000);
    expect(games.count('valid_seen')).toBe(0);
    expect(games.open('train', 0, 15).gameId).toMatch(/^500-/);
  });

  test('pays for the success, or for the score', () => {
    const { step } = shop(games.open('test', 0, 15), 1);
    expect(step.reward).toBe(step.won ? 1 : 0);
    const scored = WEBSHOP_WORLD.openGames({ ...config, shopReward: 'score' }).open('test', 0, 15);
    const { step: other } = shop(scored, 1);
    expect(other.reward).toBe(other.score);
  });

  test('shuffles training and tests apart in verl-agent’s order', () => {
    const verl = WEBSHOP_WORLD.openGames({ ...config, goalOrder: 'verl' });
    expect(verl.count('test')).toBe(500);
    expect(verl.open('test', 0, 15).gameId).not.toBe(games.open('test', 0, 15).gameId);
  });

  test('says so where no goal is left for training', () => {
    expect(() => WEBSHOP_WORLD.openGames({ ...config, catalogueSize: 20 })).toThrow(
      /goals: synthetic ones are \d+ in this catalogue .* choose synthetic, or a larger catalogue/,
    );
  });
});

describe('the scripted shopper', () => {
  test('buys what was asked for most of the time', () => {
    const visits = Array.from({ length: 60 }, (_, i) => shop(games.open('test', i, 15), i));
    const won = visits.filter(({ step }) => step.won).length;
    expect(won / visits.length).toBeGreaterThan(0.7);
  });

  test('does the same for the same seed, and not the same for others', () => {
    const play = (seed: number) => shop(games.open('test', 1, 15), seed).commands.join();
    expect(play(1)).toBe(play(1));
    expect(new Set([1, 2, 3, 4, 5, 6].map(play)).size).toBeGreaterThan(1);
  });
});

describe('the small policy’s language', () => {
  test('says everything the shopper does, in short prompts', async () => {
    for (let i = 0; i < 20; i++) {
      const environment = games.open('train', i, 15);
      const { commands } = shop(environment, i);
      const agent = new Agent(language, 'flat');
      await agent.start(environment);
      for (const action of commands) {
        const { prompt } = agent.turn();
        expect(prompt.length).toBeLessThan(200);
        const response = agent.demonstrate({ switched: true, subgoal: 'find products', action });
        expect(response.action).toBe(action);
        expect(response.ids.length).toBeLessThanOrEqual(language.longestResponse);
        await agent.finish(response);
      }
    }
  });

  test('exchanges byte pairs alike in prompt and response, and nothing else', () => {
    const row = {
      prompt: Uint16Array.of(0, 900, 901),
      ids: Uint16Array.of(901, 3),
      allowed: [Uint16Array.of(900, 901)],
    };
    const draws = new Random(4);
    const rename = language.renaming(() => 0.5 * draws.next());
    const said = rename?.(row);
    expect(said?.prompt[0]).toBe(0);
    expect(said?.ids[1]).toBe(3);
    expect(said?.ids[0]).toBe(said?.prompt[2]);
    expect(said?.allowed[0]?.[1]).toBe(said?.ids[0]);
    expect(said?.prompt[1]).not.toBe(900);
    expect(language.renaming(() => 0.99)?.(row)).toEqual(row);
  });
});

describe('a query', () => {
  const END = 9;
  const word = (text: string, ...ids: number[]) => ({ text, ids: Uint16Array.from(ids) });
  const words = [word('x', 1), word('x-large', 1, 2), word('red', 3), word('x', 1)];
  const query = new QueryChoice({ words, end: END, head: 'search[', tail: ']' });
  const say = (...ids: number[]) => {
    let choice: ReturnType<QueryChoice['child']> = query;
    for (const id of ids) choice = choice?.child(id);
    return choice;
  };

  test('is some of the words in their order, at least one', () => {
    expect([...query.allowed]).toEqual([1, 3]);
    expect(say(3, 1, END)?.text).toBe('search[red x]');
    expect(say(3, 3)).toBeUndefined();
    expect(say(END)).toBeUndefined();
  });

  test('tells a word from one that begins alike by the next token', () => {
    expect([...(say(1)?.allowed ?? [])].sort()).toEqual([1, 2, 3, END]);
    expect(say(1, 2, END)?.text).toBe('search[x-large]');
    expect(say(1, END)?.text).toBe('search[x]');
    // The second x can only be the last word.
    expect(say(1, 1, END)?.text).toBe('search[x x]');
    expect([...(say(1, 2, 1)?.allowed ?? [])]).toEqual([END]);
  });

  test('finds the tokens of a text', () => {
    expect(query.path('search[x-large red]')).toEqual([1, 2, 3, END]);
    expect(query.path('search[red x-large]')).toBeNull();
  });
});

test('a memory is of the text alone: without its environment’s goal', () => {
  const environment = games.open('train', 3, 15);
  const memory = WEBSHOP_WORLD.remember(environment.reset() as string, environment) as ShopMemory;
  expect(JSON.stringify(memory)).not.toContain(environment.gameId.split('-')[1]);
});
