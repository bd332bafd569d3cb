import type { Context } from '../../contract/fields/policy.ts';
import type { Memory, World } from '../envs/environment.ts';
import type { TokenIds } from '../model/token-ids.ts';
import type { Choice } from './choice.ts';
import type { FreeSpeech } from './free-speech.ts';
import type { View } from './view.ts';

/** What the first choice of a Plan-Execute turn is between. */
export const SWITCH = 'SWITCH';
export const KEEP = 'KEEP';

/**
 * How a policy's tokens spell turns. All that differs between policies for rollouts, cloning and updates: what the policy reads
 * before it responds, and by which tokens it says what it may say.
 */
export interface Language {
  /** The environment it speaks of. */
  readonly world: World;
  /** Whether `prompt` gives all that is read (`rebuilt`) or what is new since the last response (`dialogue`). */
  readonly context: Context;
  /** Names this language and its version: what was learned in one is of no use in another. */
  readonly version: string;
  /** Most forced tokens that are worth feeding at once. */
  readonly stride: number;
  /** No response has more tokens. */
  readonly longestResponse: number;
  /** Where responses are free text; null: they are choices among what can be said. */
  readonly free: FreeSpeech | null;
  prompt(view: View): TokenIds;
  /** KEEP or SWITCH; SWITCH alone where there is nothing to keep. */
  switch(canKeep: boolean): Choice;
  /** What follows KEEP: the sub-goal in force, spelled or left out. Its text is the sub-goal's. */
  copy(subgoal: string): Choice;
  /** The sub-goals of a game. */
  subgoal(memory: Memory): Choice;
  /** The strategies of a game; its text is their words. */
  strategy(memory: Memory): Choice;
  /** The admissible commands that are worth saying, open ones completed. */
  action(admissible: readonly string[], memory: Memory): Choice;
  /** Tokens as texts, for people. */
  show(ids: ArrayLike<number>): string[];
}
