import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Agent } from '../../../../server/rl/agent/agent.ts';
import { TextLanguage } from '../../../../server/rl/agent/text-language.ts';
import { TurnDecoder } from '../../../../server/rl/agent/turn-decoder.ts';
import { ALFWORLD } from '../../../../server/rl/envs/alfworld/alfworld.ts';
import { spokenExpert } from '../../../../server/rl/envs/alfworld/expert.ts';
import { SeenExpert } from '../../../../server/rl/envs/alfworld/expert-seen.ts';
import type { Knowledge } from '../../../../server/rl/envs/alfworld/knowledge.ts';
import { AlfworldSimulator, compileGame } from '../../../../server/rl/envs/alfworld/simulator.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { Random } from '../../../../server/rl/random.ts';
import { smallKitchen } from './games.ts';

const root = mkdtempSync(join(tmpdir(), 'text-language-'));
afterAll(() => rmSync(root, { recursive: true }));
const tokenizer = new TextTokenizer(ensureTinyModel(root));
const kitchen = () => new AlfworldSimulator(compileGame(smallKitchen()), { stepLimit: 30 });

/** The expert's episode: prompt and response of every turn. */
async function demonstrate(language: TextLanguage, format: 'plan-execute' | 'flat' = 'plan-execute') {
  const agent = new Agent(language, format);
  await agent.start(kitchen());
  const expert = spokenExpert(new SeenExpert(agent.memory as Knowledge, new Random(4)));
  const turns = [];
  for (;;) {
    const { prompt } = agent.turn();
    const response = agent.demonstrate(expert.act(agent.environment.admissible()));
    turns.push({ prompt, response });
    if ((await agent.finish(response)).done) return turns;
  }
}

describe('an episode as a dialogue', async () => {
  const turns = await demonstrate(new TextLanguage(ALFWORLD, tokenizer, 'dialogue', 'plan-execute'));
  const text = turns
    .map(({ prompt, response }) => tokenizer.decode(prompt) + tokenizer.decode(response.ids))
    .join('');

  it('reads as text that only grows, without repeating anything', () => {
    expect(text.split('\n').slice(0, 6)).toEqual([
      'Room: cabinet 1-2, coffeemachine 1, countertop 1, fridge 1, microwave 1, shelf 1, sinkbasin 1',
      'Task: heat some apple and put it in shelf.',
      'Plan: switch: get apple countertop',
      '> go to countertop 1',
      'On the countertop 1, you see apple 1, knife 1, mug 1.',
      'Plan: keep',
    ]);
    expect(text).toMatch(/Plan: switch: put apple shelf\n> .*\n$/s);
  });

  it('has the tokens that the tokenizer gives the whole text', () => {
    const whole = turns.flatMap(({ prompt, response }) => [...prompt, ...response.ids]);
    expect(whole).toEqual([...tokenizer.encode(text)]);
  });

  it('decides on every level, and says where the action begins', () => {
    const [first, second] = turns;
    expect(first?.response.level[0]).toBe(0);
    expect(first?.response.decisions).not.toContain(0); // nothing to keep yet
    expect(second?.response.decisions).toContain(0);
    for (const { response } of turns) {
      expect(tokenizer.decode(response.ids.slice(response.lowPosition))).toBe(` ${response.action}\n`);
      expect(new Set(response.level.slice(response.lowPosition))).toEqual(new Set([2]));
    }
  });
});

/** All actions that a decoder can reach behind a kept sub-goal, or at once. */
function reachable(language: TextLanguage, agent: Agent): string[] {
  const found: string[] = [];
  const walk = (ids: readonly number[]) => {
    const decoder = new TurnDecoder(language, agent.grammar());
    if (agent.format === 'plan-execute') decoder.say('KEEP');
    if (decoder.lowPosition === null)
      while (decoder.lowPosition === null) decoder.push(decoder.allowed()![0]!);
    for (const id of ids) decoder.push(id);
    if (decoder.done) found.push(decoder.response().action);
    else for (const id of decoder.allowed() ?? []) walk([...ids, id]);
  };
  walk([]);
  return found;
}

describe.each(['dialogue', 'rebuilt'] as const)('a %s', (context) => {
  it.each(['plan-execute', 'flat'] as const)(
    'can say exactly the admissible commands but help (%s)',
    async (format) => {
      const language = new TextLanguage(ALFWORLD, tokenizer, context, format);
      const agent = new Agent(language, format);
      await agent.start(kitchen());
      await agent.finish(
        agent.demonstrate({
          switched: true,
          subgoal: 'get apple countertop',
          action: 'go to countertop 1',
        }),
      );
      const admissible = agent.environment.admissible().filter((command) => command !== 'help');
      expect(reachable(language, agent).sort()).toEqual([...admissible].sort());
    },
  );
});

it('writes the reference’s prompt and tags where the prompt is rebuilt', async () => {
  const [first, second] = await demonstrate(new TextLanguage(ALFWORLD, tokenizer, 'rebuilt', 'plan-execute'));
  const prompt = tokenizer.decode(second?.prompt ?? []);
  expect(prompt).toContain('Current sub-goal: get apple countertop');
  expect(prompt).toContain("'take apple 1 from countertop 1'");
  expect(prompt).not.toContain('help');
  expect(tokenizer.decode(first?.response.ids ?? [])).toBe(
    '<switch>SWITCH</switch>\n<subgoal>get apple countertop</subgoal>\n<action>go to countertop 1</action>',
  );
  expect(tokenizer.decode(second?.response.ids ?? [])).toContain(
    '<switch>KEEP</switch>\n<subgoal>get apple countertop</subgoal>\n<action>take apple 1',
  );
});
