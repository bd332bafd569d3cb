import { describe, expect, it } from 'vitest';
import {
  type ReferencePromptInput,
  referencePrompt,
  WEBSHOP_PROMPT_LIMIT,
} from '../../../../server/rl/agent/reference-prompt.ts';

const past = (n: number) => ({ observation: `seen ${n}`, action: `done ${n}` });
const input = (changes: Partial<ReferencePromptInput> = {}): ReferencePromptInput => ({
  environment: 'alfworld',
  format: 'plan-execute',
  task: 'heat some apple.',
  observation: 'The fridge 1 is closed.',
  history: [past(1), past(2), past(3)],
  subgoal: 'find an apple',
  admissible: ['go to fridge 1', 'help', 'look'],
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
    const prompt = referencePrompt(input());
    expectOrder(prompt, [
      'household',
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
    expect(prompt).not.toContain('help');
  });

  it('first turn: no history, no separate task, the sub-goal None', () => {
    const prompt = referencePrompt(input({ history: [], subgoal: null }));
    expect(prompt).toContain('Current sub-goal: None');
    expect(prompt).not.toContain('so far');
    expect(prompt).not.toContain('Your task is: ');
  });

  it('flat turns ask for thoughts and an action, never for a sub-goal', () => {
    const prompt = referencePrompt(input({ format: 'flat' }));
    expect(prompt).toContain('<think>your reasoning</think>\n<action>the action</action>');
    expect(prompt).not.toMatch(/sub-goal|KEEP/);
  });

  it('WebShop: task from the first turn, step number later, history dropped when too long', () => {
    const shop = { environment: 'webshop', admissible: ['search[<your query>]'] } as const;
    expect(referencePrompt(input({ ...shop, history: [] }))).toContain('Your task is: heat some apple.');
    expect(referencePrompt(input(shop))).toContain('This is step 4.');
    const long = [{ observation: 'x'.repeat(WEBSHOP_PROMPT_LIMIT), action: 'click[a]' }];
    const cut = referencePrompt(input({ ...shop, history: long }));
    expect(cut.length).toBeLessThan(WEBSHOP_PROMPT_LIMIT);
    expect(cut).toContain('Current sub-goal: find an apple');
  });
});
