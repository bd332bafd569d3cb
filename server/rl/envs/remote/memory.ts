import type { Memory, StateReader } from '../environment.ts';
import type { RemoteGame } from './game.ts';

/** What is known of an episode elsewhere: how long it is, and what it has brought. */
export class RemoteMemory implements Memory {
  readonly task: string;
  readonly game: RemoteGame;
  readonly #subgoals: readonly string[];
  steps = 0;
  observation: string;
  /** Whether the last command changed what is seen. */
  changed = true;

  constructor(game: RemoteGame, task: string, subgoals: readonly string[], firstObservation: string) {
    this.game = game;
    this.task = task;
    this.#subgoals = subgoals;
    this.observation = firstObservation;
  }

  update(_command: string, observation: string): void {
    this.steps++;
    this.changed = observation !== this.observation;
    this.observation = observation;
  }

  subgoals(): readonly string[] {
    return this.#subgoals;
  }
}

const COLUMNS = [
  'step', // turns played / 50
  'reward', // so far, squeezed into -1..1
  'lastReward', // the same of the last step
  'changed', // whether the last command changed what is seen
  'length', // of the observation / 4000 characters
  'commands', // how many there are / 50
  'subgoal', // which of the list, / its length; 0 for none and for free text
  'planned',
  'switched',
] as const;

/** All that can be said of any environment. */
export const REMOTE_STATE: StateReader = {
  columns: COLUMNS,
  read(memory: RemoteMemory, subgoal, { planned, switched }) {
    const { game, steps, changed, observation } = memory;
    const subgoals = memory.subgoals();
    return Float32Array.of(
      Math.min(steps / 50, 1),
      Math.tanh(game.total),
      Math.tanh(game.last),
      changed ? 1 : 0,
      Math.min(observation.length / 4000, 1),
      Math.min(game.admissible().length / 50, 1),
      subgoal === null ? 0 : (subgoals.indexOf(subgoal) + 1) / subgoals.length,
      planned ? 1 : 0,
      switched ? 1 : 0,
    );
  },
};
