import { describe, expect, it } from 'vitest';
import {
  type ReferencePromptInput,
  type ReferenceTask,
  referencePrompt,
} from '../../../../server/rl/agent/reference-prompt.ts';

const past = (n: number) => ({ observation: `seen ${n}`, action: `done ${n}` });
const HOUSEHOLD: ReferenceTask = { role: 'You do the household.', dialect: 'alfworld' };
const SHOP: ReferenceTask = {
  role: 'You buy things.',
  dialect: 'webshop',
  namesTaskFirst: true,
  numbersSteps: true,
  promptLimit: 13_000,
};
const input = (changes: Partial<ReferencePromptInput> = {}): ReferencePromptInput => ({
  format: 'plan-execute',
  task: 'heat some apple.',
  observation: 'The fridge 1 is closed.',
  history: [past(1), past(2), past(3)],
  subgoal: 'find an apple',
  admissible: ['go to fridge 1', 'look'],
  ...changes,
});

/** Positions of the pieces, to check their order. */
function expectOrder(prompt: string, pieces: string[]): void {
  const at = pieces.map((piece) => prompt.indexOf(piece));
  expect(at, prompt).not.toContain(-1);
  expect([...at].sort((a, b) => a - b)).toEqual(at);
}

describe('reference prompts', () => {
  it('later turns: task, sub-goals, steps taken, last two turns numbered, observation, sub-goal, actions, contract', () => {
    const prompt = referencePrompt(HOUSEHOLD, input());
    expectOrder(prompt, [
      'You do the household.',
      'heat some apple.',
      'A sub-goal is',
      '3 steps',
      '[Observation 2] seen 2',
      '[Action 2] done 2',
      '[Observation 3] seen 3',
      'The fridge 1 is closed.',
      'Current sub-goal: find an apple',
      "'go to fridge 1'\n'look'",
      'exactly three blocks',
      '<switch>KEEP or SWITCH</switch>\n<subgoal>the sub-goal</subgoal>\n<action>the action</action>',
    ]);
    expect(prompt).not.toContain('seen 1');
  });

  it('first turn: no history, no separate task, the sub-goal None', () => {
    const prompt = referencePrompt(HOUSEHOLD, input({ history: [], subgoal: null }));
    expect(prompt).toContain('Current sub-goal: None');
    expect(prompt).not.toContain('so far');
    expect(prompt).not.toContain('Your task is: ');
  });

  it('flat turns ask for thoughts and an action, never for a sub-goal', () => {
    const prompt = referencePrompt(HOUSEHOLD, input({ format: 'flat' }));
    expect(prompt).toContain('<think>your reasoning</think>\n<action>the action</action>');
    expect(prompt).not.toMatch(/sub-goal|KEEP/);
  });

  it('name the task at once, number the steps and drop the history when too long, where the environment asks for it', () => {
    const shop = { admissible: ['search[<your query>]'] };
    const first = referencePrompt(SHOP, input({ ...shop, history: [] }));
    expect(first).toContain('Your task is: heat some apple.');
    expect(first).not.toContain('This is step');
    expect(referencePrompt(SHOP, input(shop))).toContain('This is step 4.');
    expect(referencePrompt(HOUSEHOLD, input(shop))).not.toContain('This is step');
    const long = [{ observation: 'x'.repeat(13_000), action: 'click[a]' }];
    const cut = referencePrompt(SHOP, input({ ...shop, history: long }));
    expect(cut.length).toBeLessThan(13_000);
    expect(cut).toContain('Current sub-goal: find an apple');
    expect(referencePrompt(HOUSEHOLD, input({ ...shop, history: long })).length).toBeGreaterThan(13_000);
  });
});
