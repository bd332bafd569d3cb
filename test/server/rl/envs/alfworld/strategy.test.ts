import { describe, expect, it } from 'vitest';
import { Agent } from '../../../../../server/rl/agent/agent.ts';
import { subgoalText } from '../../../../../server/rl/envs/alfworld/expert.ts';
import { NanoLanguage } from '../../../../../server/rl/envs/alfworld/nano-language.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { readStrategy, strategyOf, strategyVector } from '../../../../../server/rl/envs/alfworld/strategy.ts';
import { ALFWORLD_VOCABULARY as WORDS } from '../../../../../server/rl/envs/alfworld/vocabulary.ts';
import { smallKitchen } from '../../agent/games.ts';

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

describe('a strategy', () => {
  it('is what a demonstration searched first, by hindsight', () => {
    const turn = (verb: 'get' | 'use' | 'put', receptacle: string) => ({
      subgoal: subgoalText({ verb, object: verb === 'use' ? 'desklamp' : 'mug', receptacle }),
    });
    const searched = ['bed', 'bed', 'desk', 'bed'].map((name) => turn('get', name));
    const lamp = [turn('use', 'shelf'), turn('use', 'safe')];
    expect(strategyOf([...searched, turn('put', 'sofa'), ...lamp])).toEqual(['bed', 'desk', 'shelf']);
  });

  it('is read from its tokens', () => {
    expect(readStrategy([...WORDS.encode(['bed', 'none', 'none'])])).toEqual(['bed']);
  });

  it('has a vector of unit length that weighs early classes most', () => {
    const vector = strategyVector(['bed', 'desk', 'sofa']);
    const withOther = (...names: string[]) => dot(vector, strategyVector(names));
    expect(withOther('bed', 'desk', 'sofa')).toBeCloseTo(1);
    expect(withOther('bed', 'sofa', 'desk')).toBeCloseTo((1 + 1 / 3) / (1 + 1 / 4 + 1 / 9));
    expect(withOther('bed', 'sofa', 'desk')).toBeGreaterThan(withOther('desk', 'bed', 'sofa'));
    expect(withOther('shelf')).toBe(0);
  });
});

describe('judging by the rule', () => {
  /** Plays commands after the strategy; which of them were flagged. */
  async function flags(strategy: string[], actions: string[], goal = {}): Promise<boolean[]> {
    const agent = new Agent(new NanoLanguage(), 'strategy');
    await agent.start(new AlfworldSimulator(compileGame(smallKitchen(goal)), { stepLimit: 30 }));
    const words = [...strategy, 'none', 'none'].slice(0, 3);
    const flagged = [];
    for (const [turn, action] of actions.entries()) {
      const { decoder } = agent.turn();
      for (const word of turn === 0 ? [...words, ...action.split(' ')] : action.split(' '))
        decoder.push(WORDS.id(word));
      flagged.push((await agent.finishJudged(decoder.response())).flagged);
    }
    return flagged;
  }

  it('flags looking elsewhere in vain, not what follows the strategy or finds the object', async () => {
    // The apple is on the countertop; the fridge holds another one.
    expect(
      await flags(['cabinet'], ['go shelf 1', 'go cabinet 1', 'open cabinet 1', 'go countertop 1']),
    ).toEqual([true, false, false, false]);
  });

  it('asks for the first class that is not searched yet, and for any when all are', async () => {
    const strategy = ['shelf', 'sinkbasin'];
    expect(await flags(strategy, ['go sinkbasin 1', 'go shelf 1'])).toEqual([true, false]);
    expect(
      await flags(strategy, ['go shelf 1', 'go sinkbasin 1', 'go microwave 1', 'open microwave 1', 'look']),
    ).toEqual([false, false, false, false, true]);
  });

  it('leaves turns alone once the object is known or in hand', async () => {
    const actions = [
      'go countertop 1',
      'go shelf 1',
      'look',
      'go countertop 1',
      'take apple 1 countertop 1',
      'look',
    ];
    expect(await flags(['cabinet'], actions)).toEqual(actions.map(() => false));
  });

  it('judges the search for the lamp with the object in hand', async () => {
    // The lamp is on the shelf.
    const light = {
      taskType: 'look_at_obj_in_light',
      goal: 'look at mug under the desklamp',
      object: 'mug',
    } as const;
    const actions = ['go countertop 1', 'take mug 1 countertop 1', 'go sinkbasin 1', 'go shelf 1'];
    expect(await flags(['cabinet'], actions, { ...light, target: null, lamp: 'desklamp' })).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});
