import * as tf from '@tensorflow/tfjs-core';
import type { Policy } from '../../model/policy.ts';
import { hiddenAt, logits } from '../../model/transformer.ts';
import type { WeightPart } from '../../model/weight-part.ts';
import type { Engine, Jitted } from '../../tensor/engine.ts';
import { logSoftmax, pickColumns } from '../../tensor/ops.ts';
import type { DecisionRow } from '../play/decision-row.ts';
import { GradientSum } from '../team/gradient-sum.ts';
import { ALONE, evenShare, type Team } from '../team/team.ts';
import { BatchSizes } from './batch-sizes.ts';
import { type DecisionBatch, disposeBatch, groupByLength, packDecisions } from './decision-batch.ts';
import { FrozenStates } from './frozen-states.ts';
import type { AdamW } from './optimizer.ts';
import {
  constrainedLogProbabilities,
  listedScores,
  lossTerms,
  type PolicyLoss,
  type Scores,
  STATISTICS,
  type UpdateStatistics,
  valueTerm,
} from './policy-loss.ts';

/** Inputs of a compiled call that log-probabilities are made of, and those that values are learned from. */
const SCORING = 6;
const VALUED = 4;

export interface GradientOptions {
  /** What the gradient is of; absent: all that training changes. */
  part?: WeightPart;
  /** Who shares the work; the sum is every member's. */
  team?: Team;
  /** Padded tokens of a compiled call at most; absent: chosen by the policy's size (`BatchSizes`). */
  microTokens?: number;
}

/**
 * Gradient of a policy loss over decision tokens (spec/hae.md 3.2), mean over the decision tokens of a mini-batch.
 * The log-probabilities are those of the constrained distribution: a softmax over each decision's support.
 */
export class PolicyGradient {
  readonly #policy: Policy;
  readonly #part: WeightPart;
  readonly #loss: PolicyLoss;
  readonly #accumulate: Jitted;
  readonly #score: Jitted;
  readonly #sum: GradientSum;
  /** Who shares the work. */
  readonly team: Team;
  readonly sizes: BatchSizes;
  #frozen: FrozenStates | null = null;
  #isKeeping = false;

  constructor(engine: Engine, policy: Policy, loss: PolicyLoss, options: GradientOptions = {}) {
    const { team = ALONE, part = policy.trained } = options;
    this.team = team;
    this.#part = part;
    this.#sum = new GradientSum(engine, team);
    this.#policy = policy;
    this.#loss = loss;
    this.sizes = new BatchSizes(policy.shape, options.microTokens);
    const count = policy.parameters.length;
    const sumsEnd = count + part.size;

    // `free` as in a batch; `reading` is the hidden states [n, width] at `valueIndex`, if there is one.
    const scoreDecisions = (
      weights: tf.Tensor[],
      [ids, index, columns, support, chosen, temperature]: tf.Tensor[],
      [freeIndex, freeChosen, source]: tf.Tensor[],
      valueIndex?: tf.Tensor,
    ) => {
      const named = policy.named(weights);
      const deciding = index as tf.Tensor;
      const { width } = policy.shape;
      const places = [deciding, freeIndex, valueIndex].filter((place) => place !== undefined);
      const hidden = hiddenAt(
        named,
        policy.shape,
        ids as tf.Tensor,
        places.length > 1 ? tf.concat(places) : deciding,
      );
      const decided = logits(named, policy.shape, tf.slice(hidden, [0, 0], [deciding.size, width]), columns);
      const scores: Scores = listedScores(
        constrainedLogProbabilities(decided, support as tf.Tensor, temperature as tf.Tensor),
        chosen as tf.Tensor,
        support as tf.Tensor,
      );
      if (!freeIndex) return { scores, named, reading: tf.slice(hidden, [deciding.size, 0]) };
      const open = tf.slice(hidden, [deciding.size, 0], [freeIndex.size, width]);
      const all = logSoftmax(tf.div(logits(named, policy.shape, open), temperature as tf.Tensor));
      const among = (listed: tf.Tensor, free: tf.Tensor) =>
        tf.gather(tf.concat([listed, free]), source as tf.Tensor1D);
      return {
        scores: {
          picked: among(scores.picked, pickColumns(all, freeChosen as tf.Tensor)),
          entropy: () => among(scores.entropy(), tf.neg(tf.sum(tf.mul(tf.exp(all), all), 1))),
        },
        named,
        reading: tf.slice(hidden, [deciding.size + freeIndex.size, 0]),
      };
    };

    this.#score = engine.jit('log-probabilities', (inputs) => {
      const scoring = inputs.slice(count, count + SCORING);
      return [scoreDecisions(inputs.slice(0, count), scoring, inputs.slice(count + SCORING)).scores.picked];
    });

    this.#accumulate = engine.jit(`gradient-${loss.kind}`, (inputs) => {
      const weights = inputs.slice(0, count);
      const sums = inputs.slice(count, sumsEnd);
      const scoring = inputs.slice(sumsEnd, sumsEnd + SCORING);
      const [old, advantage, weight, reference, scale, ...rest] = inputs.slice(sumsEnd + SCORING);
      const valued = policy.shape.valueHeads > 0 ? rest.splice(0, VALUED) : [];
      // One vector: the objective, which alone sends a gradient back, and the statistics beside it.
      const sumTerms = (...live: tf.Tensor[]): tf.Tensor => {
        const { scores, reading, named } = scoreDecisions(
          part.within(weights, live),
          scoring,
          rest,
          valued[0],
        );
        const terms = lossTerms(loss, {
          scores,
          old: old as tf.Tensor,
          advantage: advantage as tf.Tensor,
          reference: reference as tf.Tensor,
        });
        const total = (x: tf.Tensor) => tf.sum(tf.mul(x, weight as tf.Tensor));
        const objective =
          valued.length > 0
            ? tf.add(total(terms.objective), valueTerm(loss, named, reading, valued))
            : total(terms.objective);
        return tf.stack([objective, ...STATISTICS.map((name) => total(terms[name]))]);
      };
      const onlyObjective = tf.mul(
        tf.oneHot(tf.tensor1d([0], 'int32'), STATISTICS.length + 1),
        scale as tf.Tensor,
      );
      const { value, grads } = tf.valueAndGrads(sumTerms)(part.of(weights), tf.reshape(onlyObjective, [-1]));
      const statistics = tf.slice(value, [1], [STATISTICS.length]);
      return [statistics, ...grads.map((gradient, i) => tf.add(gradient, sums[i] as tf.Tensor))];
    });
  }

  /**
   * Gradient over one mini-batch, in the order of the part's weights; the caller owns the tensors. `reference[i]` lists the
   * reference policy's log-probabilities of row i's decisions (needed when the loss has a KL term).
   */
  async gradient(
    rows: readonly DecisionRow[],
    temperature: number,
    reference?: ReadonlyMap<DecisionRow, Float32Array>,
  ): Promise<{ gradients: tf.Tensor[]; statistics: UpdateStatistics; decisions: number; tokens: number }> {
    const groups = groupByLength(rows, this.sizes);
    const own = await this.#sumOver(evenShare(this.team, groups, countTokens), {
      rows,
      temperature,
      reference,
    });
    const { gradients, parts } = await this.#sum.addUp(own.sums, own.counted);
    const total = (read: (part: (typeof parts)[number]) => number) =>
      parts.reduce((sum, part) => sum + read(part), 0);
    const summed = STATISTICS.map((name) => [name, total((part) => part.statistics[name])] as const);
    return {
      gradients,
      statistics: Object.fromEntries(summed) as UpdateStatistics,
      decisions: countDecisions(rows),
      tokens: total((part) => part.tokens),
    };
  }

  /**
   * A level's part of `gradient`, worked out by this member alone: the parts of all levels add up to the policy loss's gradient. The
   * caller owns the tensors.
   */
  async levelGradient(
    rows: readonly DecisionRow[],
    temperature: number,
    level: number,
    reference?: ReadonlyMap<DecisionRow, Float32Array>,
  ): Promise<tf.Tensor[]> {
    const groups = groupByLength(rows, this.sizes);
    return (await this.#sumOver(groups, { rows, temperature, reference, level })).sums;
  }

  /** Sums over some groups of a mini-batch's `rows`, of which the gradient is the mean. */
  async #sumOver(
    groups: readonly (readonly DecisionRow[])[],
    { rows, temperature, reference, level }: Summands,
  ): Promise<{ sums: tf.Tensor[]; counted: { statistics: UpdateStatistics; tokens: number } }> {
    const decisions = countDecisions(rows);
    const statistics: UpdateStatistics = { loss: 0, entropy: 0, kl: 0, clipped: 0, klReference: 0 };
    const scale = tf.scalar(1 / Math.max(1, decisions));
    // Undoes the mean over decisions, so that each head's loss is the mean over its own value positions.
    const valueCounts = [0, 1, 2].map((head) =>
      rows.reduce(
        (sum, { values = [] }) => values.reduce((own, turn) => own + (turn.weight[head] ?? 0), sum),
        0,
      ),
    );
    const valueScale = tf.tensor1d(valueCounts.map((count) => decisions / Math.max(1, count)));
    const heat = tf.scalar(temperature);
    let sums = this.#part.shapes.map((shape): tf.Tensor => tf.zeros(shape));
    let tokens = 0;
    for (const group of groups) {
      const batch = await this.#pack(group, level);
      const { ids, index, columns, support, chosen, oldLogProbability, advantage, weight } = batch.tensors;
      const referenceTensor = reference ? packReference(group, reference, weight.size) : oldLogProbability;
      const inputs = [
        ids,
        index,
        columns,
        support,
        chosen,
        heat,
        oldLogProbability,
        advantage,
        weight,
        referenceTensor,
        scale,
      ];
      if (this.#policy.shape.valueHeads > 0) {
        const { valueIndex, valueTarget, valueWeight } = batch.tensors;
        inputs.push(valueIndex, valueTarget, valueWeight, valueScale);
      }
      inputs.push(...batch.tensors.free);
      const [statisticsTensor, ...next] = (await this.#accumulate([
        ...this.#policy.weights,
        ...sums,
        ...inputs,
      ])) as [tf.Tensor, ...tf.Tensor[]];
      tf.dispose(sums);
      sums = next;
      const values = await statisticsTensor.data();
      STATISTICS.forEach((name, i) => {
        statistics[name] += values[i] as number;
      });
      statisticsTensor.dispose();
      if (reference) referenceTensor.dispose();
      disposeBatch(batch);
      tokens += batch.tokens;
    }
    tf.dispose([scale, heat, valueScale]);
    return { sums, counted: { statistics, tokens } };
  }

  /**
   * Log-probabilities of every row's decisions under the present weights, or with others in the places of the trained ones. The rows
   * are shared out over the team, and every member gets all.
   */
  async logProbabilities(
    rows: readonly DecisionRow[],
    temperature: number,
    trained?: readonly tf.Tensor[],
  ): Promise<Map<DecisionRow, Float32Array>> {
    const policy = this.#policy;
    const weights = trained ? policy.trained.within(policy.weights, trained) : policy.weights;
    const result = new Map<DecisionRow, Float32Array>();
    const heat = tf.scalar(temperature);
    const groups = groupByLength(rows, this.sizes);
    const own: { number: number; values: Float32Array }[] = [];
    // They may differ below the updated layers too (of a fork, whose parent updated more): what is kept is of the present ones.
    const isOther = trained && policy.updated !== policy.trained;
    for (const group of evenShare(this.team, groups, countTokens)) {
      const batch = isOther ? packDecisions(group, this.sizes) : await this.#pack(group);
      const { ids, index, columns, support, chosen, free } = batch.tensors;
      const [picked] = await this.#score([...weights, ids, index, columns, support, chosen, heat, ...free]);
      own.push({ number: groups.indexOf(group), values: (await picked?.data()) as Float32Array });
      picked?.dispose();
      disposeBatch(batch);
    }
    heat.dispose();
    for (const { number, values } of (await this.team.gather(own)).flat()) {
      let at = 0;
      for (const row of groups[number] ?? []) {
        result.set(row, values.slice(at, at + row.decisions.length));
        at += row.decisions.length;
      }
    }
    return result;
  }

  /** One optimiser step on a mini-batch. `skipped` when the gradient was not finite. */
  async step(
    rows: readonly DecisionRow[],
    optimizer: AdamW,
    learningRate: number,
    temperature: number,
    reference?: ReadonlyMap<DecisionRow, Float32Array>,
  ): Promise<{
    statistics: UpdateStatistics;
    decisions: number;
    tokens: number;
    norm: number;
    skipped: boolean;
  }> {
    const { gradients, ...rest } = await this.gradient(rows, temperature, reference);
    const { weights, norm } = await optimizer.step(
      this.#part.of(this.#policy.weights),
      gradients,
      learningRate,
    );
    if (weights) this.#policy.replace(this.#part, weights);
    return { ...rest, norm, skipped: weights === null };
  }

  /**
   * From now on rows come again, unchanged: layers below the lowest that updates change read each of them once (`FrozenStates`), until
   * `forgetRows`. Nothing where there are no such layers, or where they are learned here. `bytes`: what rollouts keep of these rows already.
   */
  keepRows(bytes = 0): void {
    if (this.#part !== this.#policy.updated) return;
    if (!this.#frozen && FrozenStates.has(this.#policy)) this.#frozen = new FrozenStates(this.#policy);
    this.#frozen?.forget(bytes);
    this.#isKeeping = this.#frozen !== null;
  }

  forgetRows(): void {
    this.#isKeeping = false;
    this.#frozen?.forget();
  }

  async #pack(group: readonly DecisionRow[], level?: number): Promise<DecisionBatch> {
    const batch = packDecisions(group, this.sizes, level);
    if (!this.#frozen || !this.#isKeeping) return batch;
    const { ids } = batch.tensors;
    batch.tensors.ids = await this.#frozen.of(group, ids);
    ids.dispose();
    return batch;
  }

  get loss(): PolicyLoss {
    return this.#loss;
  }

  dispose(): void {
    this.#accumulate.dispose();
    this.#score.dispose();
    this.#sum.dispose();
    this.#frozen?.dispose();
  }
}

/** What a gradient is of; `level`: only its decisions count. */
interface Summands {
  rows: readonly DecisionRow[];
  temperature: number;
  reference?: ReadonlyMap<DecisionRow, Float32Array> | undefined;
  level?: number;
}

function countDecisions(rows: readonly DecisionRow[]): number {
  return rows.reduce((sum, row) => sum + row.decisions.length, 0);
}

function countTokens(rows: readonly DecisionRow[]): number {
  return rows.reduce((sum, row) => sum + row.tokens.length, 0);
}

function packReference(
  rows: readonly DecisionRow[],
  reference: ReadonlyMap<DecisionRow, Float32Array>,
  size: number,
): tf.Tensor {
  const values = new Float32Array(size);
  let at = 0;
  for (const row of rows) {
    const own = reference.get(row);
    if (own) values.set(own, at);
    at += row.decisions.length;
  }
  return tf.tensor(values, [size]);
}
