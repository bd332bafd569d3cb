import * as tf from '@tensorflow/tfjs-core';
import { LEVELS, type Level } from '../../contract/metrics.ts';
import { LEVEL_CODE } from '../agent/turn.ts';
import type { Policy } from '../model/policy.ts';
import { PolicyGradient } from '../train/learn/policy-update.ts';
import { sequencesOf } from '../train/learn/sequences.ts';
import type { DecisionRow } from '../train/play/decision-row.ts';
import type { Episode } from '../train/play/episodes.ts';

/**
 * Policy gradients under the advantages that stand in the decisions now: sum over an episode's decisions of
 * advantage * grad log pi, mean over the episodes.
 */
export interface GradientSource {
  /** Of the decisions in these rows, as one vector of weights. */
  vector(rows: readonly DecisionRow[], episodes: number): Promise<Float32Array>;
  dispose(): void;
}

/** Sequences of a sub-batch that decide something on a level, with those decisions only. */
export type LevelRows = Partial<Record<Level, DecisionRow[]>>;

/**
 * Splits what is learned from by level. Decisions are those of the turns, so that advantages written there count here; tokens end
 * before the last decision, which is all its gradient reads.
 */
export function splitByLevel(episodes: readonly Episode[]): LevelRows {
  const rows: LevelRows = {};
  for (const level of LEVELS) {
    const ofLevel = sequencesOf(episodes).flatMap((row): DecisionRow[] => {
      const decisions = row.decisions.filter((decision) => decision.level === LEVEL_CODE[level]);
      const last = decisions.at(-1);
      return last ? [{ tokens: row.tokens.slice(0, last.position), decisions }] : [];
    });
    if (ofLevel.length > 0) rows[level] = ofLevel;
  }
  return rows;
}

/** Gradients of all weights that updates change, by the trainer's own loss. At ratio 1 (the policy that played), clipping does nothing. */
export function allWeights(policy: Policy, temperature: number): GradientSource {
  const loss = { kind: 'ppo', clip: 0.5, dualClip: 100, entropy: 0, kl: 0 } as const;
  const gradient = new PolicyGradient(policy.engine, policy, loss, { part: policy.updated });
  return {
    async vector(rows, episodes) {
      const { gradients, decisions } = await gradient.gradient(rows, temperature);
      const parts = (await Promise.all(gradients.map((part) => part.data()))) as Float32Array[];
      const vector = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
      // The loss is minimised, and a mean over decisions.
      const scale = -decisions / episodes;
      let at = 0;
      for (const part of parts) for (const x of part) vector[at++] = scale * x;
      tf.dispose(gradients);
      return vector;
    },
    dispose: () => gradient.dispose(),
  };
}
