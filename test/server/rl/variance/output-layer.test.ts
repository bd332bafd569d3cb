import { expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import { nanoShape } from '../../../../server/rl/model/shape.ts';
import { Random } from '../../../../server/rl/random.ts';
import { openEngine } from '../../../../server/rl/tensor/select-engine.ts';
import { PolicyGradient } from '../../../../server/rl/train/learn/policy-update.ts';
import type { DecisionRow } from '../../../../server/rl/train/play/decision-row.ts';
import { allWeights } from '../../../../server/rl/variance/gradients.ts';
import { outputLayer } from '../../../../server/rl/variance/output-layer.ts';

const TEMPERATURE = 0.7;

// Of the larger vocabulary only some columns are scored.
it.each([30, 2000])(
  'the gradient of the output layer is its part of the gradient of all weights: %s ids',
  async (vocabulary) => {
    const engine = await openEngine({ engine: 'onnxruntime', threads: 1 });
    const config = presetConfig('tiny', { width: 16, feedForward: 32, tiedEmbeddings: false });
    const policy = new Policy(engine, nanoShape(config, vocabulary));
    policy.initialize(new Random(4));
    const rows = randomRows(40, vocabulary);
    const scorer = new PolicyGradient(engine, policy, { kind: 'clone' });
    for (const [row, scores] of await scorer.logProbabilities(rows, TEMPERATURE))
      row.decisions.forEach((decision, i) => {
        decision.oldLogProbability = scores[i]!;
      });

    const whole = await allWeights(policy, TEMPERATURE).vector(rows, 5);
    const source = await outputLayer(policy, rows, TEMPERATURE, () => {});
    const output = await source.vector(rows, 5);
    const before = policy.parameters.slice(
      0,
      policy.parameters.findIndex(({ name }) => name === 'lm_head.weight'),
    );
    const start = before.reduce((sum, { shape }) => sum + shape.reduce((size, n) => size * n, 1), 0);
    expect(Math.hypot(...output)).toBeGreaterThan(0.1);
    // Rows of the table whose ids nobody was among are left out: nothing changes there.
    const among = new Set(rows.flatMap(({ decisions }) => decisions.flatMap((one) => [...one.support!])));
    expect(output.length).toBe(among.size * 16);
    let row = 0;
    for (let id = 0; id < vocabulary; id++) {
      const own = among.has(id) ? output.subarray(row * 16, ++row * 16) : new Float32Array(16);
      own.forEach((x, i) => {
        expect(x).toBeCloseTo(whole[start + id * 16 + i]!, 4);
      });
    }
    // Less of the rows is less of the gradient: vectors add up.
    const half = await source.vector(rows.slice(0, 20), 5);
    const rest = await source.vector(rows.slice(20), 5);
    output.forEach((x, i) => {
      expect(half[i]! + rest[i]!).toBeCloseTo(x, 4);
    });
  },
);

function randomRows(count: number, vocabulary: number): DecisionRow[] {
  const random = new Random(12);
  return Array.from({ length: count }, () => {
    const tokens = Uint16Array.from({ length: 6 + random.int(20) }, () => random.int(vocabulary));
    const decisions = [2, 1].map((back) => {
      const position = tokens.length - back;
      const chosen = tokens[position]!;
      const support = new Set([chosen, random.int(vocabulary), random.int(vocabulary)]);
      return {
        position,
        chosen,
        support: Uint16Array.from(support),
        oldLogProbability: 0,
        advantage: random.normal() * 2,
        level: 2,
      };
    });
    return { tokens, decisions };
  });
}
