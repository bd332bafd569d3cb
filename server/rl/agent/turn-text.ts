import { compactFirst, compactObservation } from '../envs/alfworld/compact-text.ts';
import { referencePrompt } from './reference-prompt.ts';
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
  action(command: string): string;
}

/**
 * One growing dialogue an episode, as short as it goes (review/language-model.md 5): the admissible commands are not listed, since
 * only they can be said, and a kept sub-goal is not repeated.
 *
 *     Room: cabinet 1-4, fridge 1 …
 *     Task: heat some apple and put it in fridge.
 *     Plan: switch: get apple cabinet
 *     > go to cabinet 1
 *     The cabinet 1 is closed.
 *     Plan: keep
 *     > open cabinet 1
 */
export const DIALOGUE: TurnText = {
  prompt({ format, history, observation }) {
    const text = history.length === 0 ? compactFirst(observation) : compactObservation(observation);
    return `${text}\n${format === 'flat' ? '>' : 'Plan:'}`;
  },
  keep: ' keep\n>',
  switch: ' switch:',
  copy: () => '',
  subgoal: (subgoal) => ` ${subgoal}\n>`,
  action: (command) => ` ${command}\n`,
};

/**
 * The reference's prompt, written anew at every turn with the last two turns and the admissible commands, and its tags
 * (spec/hae.md 1.1 and 1.4). Its flat form has no room to think: only admissible commands can be said.
 */
export const REFERENCE: TurnText = {
  prompt({ format, knowledge, subgoalText, observation, admissible, history }) {
    const request = referencePrompt({
      environment: 'alfworld',
      format: format === 'flat' ? 'flat' : 'plan-execute',
      task: `${knowledge.goalText}.`,
      observation,
      history,
      subgoal: subgoalText,
      admissible,
    });
    return request;
  },
  keep: '<switch>KEEP</switch>\n',
  switch: '<switch>SWITCH</switch>\n',
  copy: (subgoal) => `<subgoal>${subgoal}</subgoal>\n<action>`,
  subgoal: (subgoal) => `<subgoal>${subgoal}</subgoal>\n<action>`,
  action: (command) => `${command}</action>`,
};
