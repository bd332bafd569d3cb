import type { Subgoal } from '../envs/alfworld/expert.ts';
import type { Knowledge } from '../envs/alfworld/knowledge.ts';
import type { PastTurn } from './reference-prompt.ts';
import type { Strategy } from './strategy.ts';
import type { TurnFormat } from './turn.ts';

/** What an agent sees at the beginning of a turn. */
export interface View {
  format: TurnFormat;
  knowledge: Knowledge;
  /** The sub-goal in force; null before the first turn and in the other formats. */
  subgoal: Subgoal | null;
  /** The same in words, as the policy said it; in free text whatever that is. */
  subgoalText: string | null;
  /** The strategy in force; null before the first turn and in the other formats. */
  strategy: Strategy | null;
  /** What the environment said last; on the first turn, with the task. */
  observation: string;
  admissible: readonly string[];
  /** Earlier turns of the episode, oldest first. */
  history: readonly PastTurn[];
}
