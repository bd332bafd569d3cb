import { describe, expect, it } from 'vitest';
import { TURN_FORMATS } from '../../../../server/contract/estimators.ts';
import { Agent } from '../../../../server/rl/agent/agent.ts';
import type { TurnFormat } from '../../../../server/rl/agent/turn.ts';
import { Knowledge } from '../../../../server/rl/envs/alfworld/knowledge.ts';
import { NanoLanguage } from '../../../../server/rl/envs/alfworld/nano-language.ts';
import { MAX_PROMPT_TOKENS, nanoPrompt } from '../../../../server/rl/envs/alfworld/nano-prompt.ts';
import { AlfworldSimulator, compileGame } from '../../../../server/rl/envs/alfworld/simulator.ts';
import {
  STATE_COLUMNS,
  STATE_SIZE,
  stateFeatures,
} from '../../../../server/rl/envs/alfworld/state-features.ts';
import { WORD_GROUPS, ALFWORLD_VOCABULARY as WORDS } from '../../../../server/rl/envs/alfworld/vocabulary.ts';
import { hasRealGames, pick, realGames, smallKitchen, testRandom } from './games.ts';

const words = (ids: ArrayLike<number>) => WORDS.decode(ids).join(' ');

async function kitchenAgent(format: TurnFormat = 'plan-execute') {
  const agent = new Agent(new NanoLanguage(), format);
  await agent.start(new AlfworldSimulator(compileGame(smallKitchen()), { stepLimit: 30 }));
  return agent;
}

/** Plays the words of one response. */
function say(agent: Agent, response: string) {
  const { decoder } = agent.turn();
  for (const word of response.split(' ')) decoder.push(WORDS.id(word));
  return agent.finish(decoder.response());
}

describe('the agent of one environment', () => {
  it('shows what it knows, one word a token', async () => {
    const agent = await kitchenAgent();
    expect(words(agent.turn().prompt)).toBe(
      '<task> heat apple shelf <hold> <at> <found> <see> <memo> <placed> <todo> cabinet 1 coffeemachine 1 countertop 1 ' +
        'fridge 1 microwave 1 shelf 1 sinkbasin 1 <last> <step> 1 <sub> <switch>',
    );
    await say(agent, 'SWITCH get apple countertop go countertop 1');
    expect(words(agent.turn().prompt)).toBe(
      '<task> heat apple shelf <hold> <at> countertop 1 <found> apple 1 <see> knife 1 mug 1 <memo> <placed> <todo> ' +
        'cabinet 1 coffeemachine 1 fridge 1 microwave 1 shelf 1 sinkbasin 1 <last> go countertop 1 <step> 2 ' +
        '<sub> get apple countertop <switch>',
    );
    await say(agent, 'KEEP get apple countertop take apple 1 countertop 1');
    await say(agent, 'SWITCH heat apple microwave go microwave 1');
    await say(agent, 'KEEP heat apple microwave heat apple 1 microwave 1');
    expect(words(agent.turn().prompt)).toBe(
      '<task> heat apple shelf <hold> hot apple 1 <at> microwave 1 closed <found> <see> <memo> <placed> <todo> cabinet 1 ' +
        'coffeemachine 1 fridge 1 microwave 1 shelf 1 sinkbasin 1 <last> heat apple 1 microwave 1 <step> 5 ' +
        '<sub> heat apple microwave <switch>',
    );
    await say(agent, 'SWITCH put apple shelf go shelf 1');
    expect(await say(agent, 'KEEP put apple shelf move apple 1 shelf 1')).toMatchObject({
      won: true,
      done: true,
      reward: 1,
    });
    expect(words(agent.turn().prompt)).toContain('<placed> 1 shelf 1');
  });

  it('remembers goal objects seen elsewhere and marks those in reach at a shared place', () => {
    const knowledge = new Knowledge(new AlfworldSimulator(compileGame(smallKitchen())).reset());
    knowledge.update(
      'go to countertop 1',
      'You arrive at countertop 1. On the countertop 1, you see a apple 1.',
    );
    knowledge.update('go to cabinet 1', 'You arrive at cabinet 1. The cabinet 1 is closed.');
    expect(words(nanoPrompt(knowledge, null, 'flat'))).toContain('<memo> apple 1 countertop 1 <placed>');
    knowledge.update(
      'open cabinet 2',
      'You open the cabinet 2. The cabinet 2 is open. In it, you see a apple 3.',
    );
    expect(words(nanoPrompt(knowledge, null, 'flat'))).toContain(
      '<at> cabinet 1 closed <found> apple 3 cabinet 2 <see> <memo> apple 1 countertop 1',
    );
  });

  it('cuts the list of unexplored receptacles rather than grow beyond the limit', () => {
    const classes = WORD_GROUPS.furniture.map((id) => `a ${WORDS.word(id)} 1`);
    const room = `You are in the middle of a room. Looking quickly around you, you see ${classes.join(', ')}.`;
    const knowledge = new Knowledge(`${room}\n\nYour task is to: put a mug in bed.`);
    const mugs = 'a apple 1, a book 1, a mug 3, a mug 2, a mug 1, and a pen 1';
    for (let step = 0; step < 60; step++) {
      const place = WORDS.word(WORD_GROUPS.furniture[step % 5] ?? 0);
      knowledge.update(`go to ${place} 1`, `You arrive at ${place} 1. On the ${place} 1, you see ${mugs}.`);
    }
    const prompt = nanoPrompt(knowledge, 'get mug bed', 'plan-execute');
    expect(prompt.length).toBeLessThanOrEqual(MAX_PROMPT_TOKENS);
    const planned = nanoPrompt(knowledge, null, 'strategy', ['bed', 'desk', 'sofa']);
    expect(planned.length).toBeLessThanOrEqual(MAX_PROMPT_TOKENS);
    expect(words(planned)).toMatch(/^<sub> bed desk sofa <task> .* <last> go \w+ 1 <step> 50 <action>$/);
    expect(words(prompt)).toMatch(/<last> go \w+ 1 <step> 50 <sub> get mug bed <switch>$/);
  });

  it('plays the flat format without sub-goals', async () => {
    const agent = await kitchenAgent('flat');
    expect(words(agent.turn().prompt)).toMatch(/<step> 1 <action>$/);
    await say(agent, 'go countertop 1');
    expect(agent.subgoal).toBeNull();
    expect(words(agent.turn().prompt)).toMatch(/<last> go countertop 1 <step> 2 <action>$/);
  });

  it('says its strategy once and sees it in front of every later prompt', async () => {
    const agent = await kitchenAgent('strategy');
    expect(words(agent.turn().prompt)).toMatch(/^<task> .* <step> 1 <sub>$/);
    await say(agent, 'fridge cabinet none go countertop 1');
    expect(agent.strategy).toEqual(['fridge', 'cabinet']);
    expect(words(agent.turn().prompt)).toMatch(
      /^<sub> fridge cabinet <task> heat apple .* <step> 2 <action>$/,
    );
    await say(agent, 'go fridge 1');
    expect(agent.strategy).toEqual(['fridge', 'cabinet']);
    await agent.start(agent.environment);
    expect(agent.strategy).toBeNull();
  });

  it('starts over with a clean memory', async () => {
    const agent = await kitchenAgent();
    const first = agent.turn().prompt;
    await say(agent, 'SWITCH get apple countertop go countertop 1');
    await agent.start(agent.environment);
    expect(agent.turn().prompt).toEqual(first);
    expect(agent.subgoal).toBeNull();
  });

  it('has a teacher who knows from the start where the things are that the task needs, and else what it knows', async () => {
    const agent = new Agent(new NanoLanguage(), 'plan-execute', true);
    await agent.start(new AlfworldSimulator(compileGame(smallKitchen())));
    const told = () => words(agent.teacherPrompt() ?? new Uint16Array());
    const own = () => words(agent.turn().prompt);
    expect(own()).toContain('<memo> <placed> <todo> cabinet 1 coffeemachine 1 countertop 1 fridge 1');
    expect(told()).toContain(
      '<memo> apple 1 countertop 1 apple 2 fridge 1 <placed> <todo> cabinet 1 coffeemachine 1 microwave 1',
    );
    await say(agent, 'SWITCH get apple countertop go countertop 1');
    expect(own()).toContain('<at> countertop 1 <found> apple 1 <see> knife 1 mug 1 <memo> <placed>');
    expect(told()).toContain('<at> countertop 1 <found> apple 1 <see> knife 1 mug 1 <memo> apple 2 fridge 1');
    await say(agent, 'KEEP get apple countertop take apple 1 countertop 1');
    await say(agent, 'SWITCH get apple fridge go fridge 1');
    expect(told()).not.toBe(own());
    await say(agent, 'KEEP get apple fridge open fridge 1');
    expect(told()).toBe(own());
    expect((await kitchenAgent()).teacherPrompt()).toBeNull();
  });

  it('plays a game whose goal sentence it cannot read', async () => {
    const agent = new Agent(new NanoLanguage(), 'plan-execute');
    await agent.start(new AlfworldSimulator(compileGame(smallKitchen({ goal: 'Warm up a piece of fruit' }))));
    expect(words(agent.turn().prompt)).toMatch(/^<task> none <hold>/);
    await say(agent, 'SWITCH get none countertop go countertop 1');
    expect(agent.subgoal).toBe('get none countertop');
  });

  it('demonstrates an expert turn in the grammar of the present turn', async () => {
    const agent = await kitchenAgent();
    const subgoal = 'get apple fridge';
    const response = agent.demonstrate({ switched: true, subgoal, action: 'go to fridge 1' });
    expect(words(response.ids)).toBe('SWITCH get apple fridge go fridge 1');
    expect((await agent.finish(response)).observation).toBe(
      'You arrive at fridge 1. The fridge 1 is closed.',
    );
    expect(agent.subgoal).toBe(subgoal);
  });
});

describe('state features', () => {
  const column = (features: Float32Array, name: (typeof STATE_COLUMNS)[number]) =>
    features[STATE_COLUMNS.indexOf(name)];

  it('are finite, within 0..1, and tell the two moments of a turn apart', async () => {
    const agent = await kitchenAgent();
    expect(STATE_SIZE).toBe(30);
    const { features, decoder } = agent.turn();
    expect(column(features, 'task.pick_heat_then_place_in_recep')).toBe(1);
    expect(column(features, 'todo')).toBe(1);
    for (const word of 'SWITCH get apple countertop go countertop 1'.split(' ')) decoder.push(WORDS.id(word));
    const response = decoder.response();
    const planned = agent.plannedFeatures(response);
    expect([column(features, 'planned'), column(planned, 'planned')]).toEqual([0, 1]);
    expect([column(features, 'subgoal.get'), column(planned, 'subgoal.get')]).toEqual([0, 1]);
    expect(column(planned, 'switched')).toBe(1);
    await agent.finish(response);
    const next = agent.turn().features;
    expect(column(next, 'found')).toBeCloseTo(1 / 3);
    expect(column(next, 'subgoalHere')).toBe(1);
    for (const value of next) expect(value >= 0 && value <= 1).toBe(true);
  });

  it('write into a shared array without leaving old values', async () => {
    const agent = await kitchenAgent();
    const out = new Float32Array(2 * STATE_SIZE).fill(7);
    stateFeatures(agent.memory as Knowledge, null, { planned: false, switched: false }, out, STATE_SIZE);
    expect([...out.subarray(0, STATE_SIZE)]).toEqual(new Array(STATE_SIZE).fill(7));
    expect(out.subarray(STATE_SIZE)).toEqual(agent.turn().features);
  });
});

describe.skipIf(!hasRealGames)(
  'real games (skipped without ../shared/data/alfworld or ALFWORLD_DATA)',
  () => {
    it.each(TURN_FORMATS)('random %s turns stay in the grammar and the prompt limit', async (format) => {
      const random = testRandom(2);
      for (const game of realGames(9)) {
        const agent = new Agent(new NanoLanguage(), format);
        await agent.start(new AlfworldSimulator(compileGame(game)));
        for (let done = false; !done; ) {
          const { prompt, decoder } = agent.turn();
          expect(prompt.length).toBeLessThanOrEqual(MAX_PROMPT_TOKENS);
          while (!decoder.done) decoder.push(pick([...(decoder.allowed() ?? [])], random));
          const step = await agent.finish(decoder.response());
          expect(step.observation).not.toBe('Nothing happens.');
          done = step.done;
        }
      }
    });
  },
);
