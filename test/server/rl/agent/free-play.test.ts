import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Agent } from '../../../../server/rl/agent/agent.ts';
import { TextLanguage } from '../../../../server/rl/agent/text-language.ts';
import { ALFWORLD } from '../../../../server/rl/envs/alfworld/alfworld.ts';
import type { Knowledge } from '../../../../server/rl/envs/alfworld/knowledge.ts';
import { AlfworldSimulator, compileGame } from '../../../../server/rl/envs/alfworld/simulator.ts';
import { STATE_COLUMNS } from '../../../../server/rl/envs/alfworld/state-features.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { smallKitchen } from './games.ts';

const root = mkdtempSync(join(tmpdir(), 'free-play-'));
afterAll(() => rmSync(root, { recursive: true }));
const tokenizer = new TextTokenizer(ensureTinyModel(root));

async function start(format: 'plan-execute' | 'flat'): Promise<Agent> {
  const free = { longest: 200, trainsAll: false };
  const agent = new Agent(new TextLanguage(ALFWORLD, tokenizer, 'rebuilt', format, free), format);
  await agent.start(new AlfworldSimulator(compileGame(smallKitchen())));
  return agent;
}

/** Plays a text that the model would have written. */
async function say(agent: Agent, text: string) {
  const { decoder } = agent.turn();
  for (const id of tokenizer.encode(text)) decoder.push(id);
  if (!decoder.done) decoder.push(tokenizer.endIds[0]!);
  const response = decoder.response();
  const planned = agent.plannedFeatures(response);
  return { response, planned, step: await agent.finish(response) };
}

const promptOf = (agent: Agent) => tokenizer.decode(agent.turn().prompt);

/** Positions of the pieces, to check their order. */
function expectOrder(prompt: string, pieces: string[]): void {
  const at = pieces.map((piece) => prompt.indexOf(piece));
  expect(at, prompt).not.toContain(-1);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
}

describe('free text play', () => {
  it('plays what it reads and carries the sub-goal into the next prompt', async () => {
    const agent = await start('plan-execute');
    expect(promptOf(agent)).toContain('Current sub-goal: None');
    const { step, response } = await say(
      agent,
      '<switch>SWITCH</switch><subgoal>find an apple</subgoal><action>go to countertop 1</action>',
    );
    expect(response.malformed).toBe(false);
    expect(step.observation).toMatch(/^You arrive at countertop 1\. /);
    expectOrder(promptOf(agent), [
      'Your task is: heat some apple and put it in shelf.',
      '[Action 1] go to countertop 1',
      'You arrive at countertop 1.',
      'Current sub-goal: find an apple',
      "'take apple 1 from countertop 1'",
    ]);
    expect(agent.subgoal).toBe('find an apple');
  });

  it('tells the critic of a sub-goal that is one of the expert’s, and of none otherwise', async () => {
    const agent = await start('plan-execute');
    const text = (subgoal: string) =>
      `<switch>SWITCH</switch><subgoal>${subgoal}</subgoal><action>look</action>`;
    const verbs = (features: Float32Array) =>
      STATE_COLUMNS.filter((name, i) => name.startsWith('subgoal.') && features[i] === 1);
    expect(verbs((await say(agent, text('get apple countertop'))).planned)).toEqual(['subgoal.get']);
    expect(verbs(agent.turn().features)).toEqual(['subgoal.get']);
    const { planned } = await say(agent, text('find an apple'));
    expect(verbs(planned)).toEqual([]);
    expect(planned.every(Number.isFinite)).toBe(true);
    expect(planned[STATE_COLUMNS.indexOf('switched')]).toBe(1);
  });

  it('sends bad text to the environment, marks it malformed and takes over its empty sub-goal', async () => {
    const agent = await start('plan-execute');
    const { step, response } = await say(agent, 'I would rather look around');
    expect(response.malformed).toBe(true);
    expect(step.observation).toBe('Nothing happens.');
    expect(agent.subgoal).toBe('');
    expect(promptOf(agent)).toMatch(/Current sub-goal: \n/);
    expect(agent.turn().features.every(Number.isFinite)).toBe(true);
  });

  it('plays a step for saying nothing', async () => {
    const agent = await start('plan-execute');
    const { step, response } = await say(agent, '');
    expect(response).toMatchObject({ empty: true, action: '' });
    expect(step).toMatchObject({ observation: 'Nothing happens.', done: false });
    expect((agent.memory as Knowledge).stepCount).toBe(1);
  });

  it('plays the flat format', async () => {
    const agent = await start('flat');
    const { step, response } = await say(agent, '<think>look first</think><action>look</action>');
    expect(response.malformed).toBe(false);
    expect(step.observation).toContain('You are in the middle of a room.');
    expect(agent.subgoal).toBeNull();
    expect(promptOf(agent)).not.toContain('sub-goal');
  });

  it('starts over with a clean memory', async () => {
    const agent = await start('plan-execute');
    const first = promptOf(agent);
    await say(agent, '<switch>SWITCH</switch><subgoal>find an apple</subgoal><action>look</action>');
    await agent.start(agent.environment);
    expect(promptOf(agent)).toBe(first);
  });
});
