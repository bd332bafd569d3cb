import { dialogueText, type TurnText } from '../../agent/turn-text.ts';
import { compactFirst, compactObservation } from './compact-text.ts';

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
export const ALFWORLD_DIALOGUE: TurnText = dialogueText(({ history, observation }) =>
  history.length === 0 ? compactFirst(observation) : compactObservation(observation),
);
