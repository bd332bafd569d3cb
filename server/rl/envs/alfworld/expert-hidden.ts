import { type Expert, type ExpertTurn, isSameSubgoal, type Subgoal } from './expert.ts';
import { planFrom } from './plan.ts';
import type { AlfworldSimulator } from './simulator.ts';

/**
 * Plays a shortest plan, knowing where everything is. It plans anew on every turn from the simulator's present state, so
 * it can take over from any other player.
 */
export class HiddenExpert implements Expert {
  current: Subgoal | null = null;
  readonly #simulator: AlfworldSimulator;

  constructor(simulator: AlfworldSimulator) {
    this.#simulator = simulator;
  }

  /** The next command of a shortest plan; `look` when the goal holds or can no longer be reached. */
  act(_admissible?: readonly string[]): ExpertTurn {
    const { compiled, state, dialect } = this.#simulator;
    const { game } = compiled;
    const [step] = planFrom(game, state, dialect);
    const place = game.receptacles[0]?.class ?? '';
    const subgoal = step?.subgoal ?? this.current ?? { verb: 'get', object: game.object, receptacle: place };
    const switched = !isSameSubgoal(subgoal, this.current);
    this.current = subgoal;
    return { switched, subgoal, action: step?.command ?? 'look' };
  }
}
