import * as tf from '@tensorflow/tfjs-core';
import type { Policy } from '../../model/policy.ts';
import { joinTokens } from '../../model/token-ids.ts';
import { hiddenAt, logits } from '../../model/transformer.ts';
import type { Jitted } from '../../tensor/engine.ts';
import type { DecisionRow } from '../play/decision-row.ts';
import type { Lesson, PlayedTurn } from '../play/episodes.ts';
import { joinShares, ownShare, type Team } from '../team/team.ts';
import { BatchSizes } from './batch-sizes.ts';
import { type DecisionBatch, disposeBatch, groupByLength, packDecisions } from './decision-batch.ts';
import { constrainedLogProbabilities } from './policy-loss.ts';

/** A turn with the teacher's prompt in place of its own. */
interface TaughtRow extends DecisionRow {
  turn: PlayedTurn;
  lesson: Lesson;
}

/**
 * The teacher of a policy: the policy itself, with the answer in its prompt (self-distillation, spec/credit-methods.md 2.1).
 * It is asked after the fact, without gradient: one pass over the turns as they were played.
 */
export class Teacher {
  readonly #policy: Policy;
  readonly #team: Team;
  readonly #sizes: BatchSizes;
  readonly #expect: Jitted;

  constructor(policy: Policy, team: Team) {
    this.#policy = policy;
    this.#team = team;
    this.#sizes = new BatchSizes(policy.shape);
    const count = policy.parameters.length;
    // [decisions]: what the teacher's log-probabilities come to on average where the policy chose.
    this.#expect = policy.engine.jit('teacher', (inputs) => {
      const weights = policy.named(inputs);
      const [ids, index, columns, support, played, temperature] = inputs.slice(count) as [
        tf.Tensor,
        ...tf.Tensor[],
      ];
      const hidden = hiddenAt(weights, policy.shape, ids, index as tf.Tensor);
      const all = constrainedLogProbabilities(
        logits(weights, policy.shape, hidden, columns),
        support as tf.Tensor,
        temperature as tf.Tensor,
      );
      return [tf.sum(tf.mul(played as tf.Tensor, all), 1)];
    });
  }

  /**
   * Writes into each turn the divergence of its decisions, KL(played || teacher) over their support. The turns are shared
   * out over the team, and every member ends with all of them. Turns without a lesson are left alone.
   */
  async judge(turns: readonly PlayedTurn[], temperature: number): Promise<void> {
    const groups = groupByLength(turns.flatMap(taughtRow), this.#sizes);
    const heat = tf.scalar(temperature);
    const own: Float32Array[] = [];
    for (const group of ownShare(this.#team, groups)) own.push(await this.#expectations(group, heat));
    heat.dispose();
    const expectations = joinShares(await this.#team.gather(own));
    groups.forEach((group, number) => {
      const expected = expectations[number] as Float32Array;
      let at = 0;
      for (const { turn } of group) {
        // Rounding can leave two equal distributions a hair below 0.
        turn.divergences = Float32Array.from(turn.entropies, (entropy) =>
          Math.max(0, -entropy - (expected[at++] as number)),
        );
      }
    });
  }

  async #expectations(group: readonly TaughtRow[], heat: tf.Tensor): Promise<Float32Array> {
    const { weights } = this.#policy;
    const batch = packDecisions(group, this.#sizes);
    const { ids, index, columns, support } = batch.tensors;
    const played = packPlayed(group, index.size, batch);
    const inputs = [...weights, ids, index, columns, support, played, heat];
    const [expected] = (await this.#expect(inputs)) as [tf.Tensor];
    const values = (await expected.data()) as Float32Array;
    tf.dispose([expected, played]);
    disposeBatch(batch);
    return values;
  }

  dispose(): void {
    this.#expect.dispose();
  }
}

function taughtRow(turn: PlayedTurn): TaughtRow[] {
  const { lesson, response, promptLength } = turn;
  if (!lesson) return [];
  const tokens = joinTokens([lesson.prompt, response.ids]);
  const shift = lesson.prompt.length - promptLength;
  const decisions = turn.decisions.map((decision) => ({ ...decision, position: decision.position + shift }));
  return [{ turn, lesson, tokens, decisions }];
}

/** `[decisions, columns]`: the played distributions of all rows. */
function packPlayed(
  rows: readonly TaughtRow[],
  decisions: number,
  { width, columnOf }: DecisionBatch,
): tf.Tensor {
  const table = new Float32Array(decisions * width);
  let row = 0;
  for (const { turn, lesson } of rows) {
    let at = 0;
    for (const { support } of turn.decisions) {
      for (const id of support ?? []) table[row * width + columnOf(id)] = lesson.played[at++] as number;
      row++;
    }
  }
  return tf.tensor(table, [decisions, width]);
}
