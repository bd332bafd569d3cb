import type { Memory, Strategy } from '../envs/environment.ts';
import type { TurnFormat } from './turn.ts';

/** A turn of an episode that lies behind. */
export interface PastTurn {
  /** What the agent acted on. */
  observation: string;
  /** The command sent, valid or not. */
  action: string;
}

/** What an agent sees at the beginning of a turn. */
export interface View<M extends Memory = Memory> {
  format: TurnFormat;
  memory: M;
  /** The sub-goal in force, as the policy said it; null before the first turn and in the other formats. */
  subgoal: string | null;
  /** The strategy in force; null before the first turn and in the other formats. */
  strategy: Strategy | null;
  /** What the environment said last; on the first turn, with the task. */
  observation: string;
  admissible: readonly string[];
  /** Earlier turns of the episode, oldest first. */
  history: readonly PastTurn[];
}
