import type { Policy } from '../../model/policy.ts';
import type { ValueTargets } from '../play/decision-row.ts';
import type { PlayedTurn } from '../play/episodes.ts';
import { type CriticRows, HEADS, type Head, type ValueModel } from './critic.ts';

/**
 * Value heads on the policy's own hidden states: one linear column a head, trained by the policy's update with gradient into
 * the trunk.
 */
export class SharedCritic implements ValueModel {
  readonly #policy: Policy;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  async values(
    before: readonly Float32Array[],
    planned: readonly Float32Array[],
  ): Promise<Record<Head, Float32Array>> {
    const weights = this.#policy.named(this.#policy.weights);
    const matrix = (await weights('value_head.weight').data()) as Float32Array;
    const bias = (await weights('value_head.bias').data()) as Float32Array;
    const { width } = this.#policy.shape;
    const column = (inputs: readonly Float32Array[], head: number) =>
      Float32Array.from(inputs, (input) => {
        let sum = bias[head] as number;
        for (let i = 0; i < width; i++) sum += (input[i] as number) * (matrix[head * width + i] as number);
        return sum;
      });
    return { low: column(planned, 0), high: column(before, 1), switch: column(before, 2) };
  }
}

/** Puts an iteration's value targets on the turns, for the policy's update. */
export function attachValueTargets(turns: readonly PlayedTurn[], rows: CriticRows): void {
  turns.forEach((turn, row) => {
    const first = turn.offset + turn.promptLength;
    const targets: ValueTargets = {
      position: [first + turn.response.lowPosition, first, first],
      target: [0, 0, 0],
      weight: [0, 0, 0],
    };
    HEADS.forEach((head, column) => {
      const target = rows.targets[head];
      if (!target || !rows.defined[head]?.[row]) return;
      targets.target[column] = target[row] as number;
      targets.weight[column] = 1;
    });
    turn.values = [targets];
  });
}
