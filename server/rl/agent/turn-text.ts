import { type ReferenceTask, referencePrompt } from './reference-prompt.ts';
import type { View } from './view.ts';

/** How the turns of a language model are written. A response is keep or switch, copy or sub-goal, action, one after the other. */
export interface TurnText {
  /** What is read before the response: all of it, or in a dialogue what is new. */
  prompt(view: View): string;
  keep: string;
  switch: string;
  /** Behind `keep`, the sub-goal in force; empty where it goes without saying. */
  copy(subgoal: string): string;
  /** Behind `switch`. */
  subgoal(subgoal: string): string;
  /** Before and behind the command. */
  action: readonly [before: string, behind: string];
}

/** A growing dialogue: what an environment says is written as `describe` has it, and the policy goes on behind `Plan:` or `>`. */
export function dialogueText(describe: (view: View) => string): TurnText {
  return {
    prompt: (view) => `${describe(view)}\n${view.format === 'flat' ? '>' : 'Plan:'}`,
    keep: ' keep\n>',
    switch: ' switch:',
    copy: () => '',
    subgoal: (subgoal) => ` ${subgoal}\n>`,
    action: [' ', '\n'],
  };
}

/** The reference's tags (spec/hae.md 1.1). */
export const REFERENCE_TAGS: Omit<TurnText, 'prompt'> = {
  keep: '<switch>KEEP</switch>\n',
  switch: '<switch>SWITCH</switch>\n',
  copy: (subgoal) => `<subgoal>${subgoal}</subgoal>\n<action>`,
  subgoal: (subgoal) => `<subgoal>${subgoal}</subgoal>\n<action>`,
  action: ['', '</action>'],
};

/**
 * The reference's prompt, written anew at every turn with the last two turns and the admissible commands (spec/hae.md 1.4). Its
 * flat form has no room to think: only admissible commands can be said.
 */
export function referenceText(task: ReferenceTask, isSayable: (command: string) => boolean): TurnText {
  return {
    ...REFERENCE_TAGS,
    prompt: ({ format, memory, subgoal, observation, admissible, history }) =>
      referencePrompt(task, {
        format: format === 'flat' ? 'flat' : 'plan-execute',
        task: memory.task,
        observation,
        history,
        subgoal,
        admissible: admissible.filter(isSayable),
      }),
  };
}
