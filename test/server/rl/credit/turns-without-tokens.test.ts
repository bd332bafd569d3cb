import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ESTIMATORS, type EstimatorName } from '../../../../server/contract/estimators.ts';
import type { Credit, CreditOptions, TurnBatch } from '../../../../server/rl/credit/batch.ts';
import { moments } from '../../../../server/rl/credit/normalize.ts';
import { estimators } from '../../../../server/rl/credit/registry.ts';
import { anyRows, anyShare, type TurnRow, toBatch } from './batches.ts';

/** A turn with the number of tokens it has. */
type SpokenRow = TurnRow & { tokens: number };

/** A batch that every estimator can read, with tokens on some turns. */
function batchOf(rows: readonly SpokenRow[]): TurnBatch {
  const offsets = [0];
  for (const { tokens } of rows) offsets.push(offsets.at(-1)! + tokens);
  const wave = (scale: number) =>
    Float64Array.from({ length: offsets.at(-1)! }, (_, i) => 0.1 + Math.abs(Math.sin(scale * (i + 1))));
  return {
    ...toBatch(rows),
    group: Int32Array.from(rows, ({ episode }) => Math.abs(episode) % 2),
    strategy: Int32Array.from(rows, ({ episode }) => Math.abs(episode) % 3),
    anchor: Int32Array.from(rows, ({ subgoal }) => subgoal.length),
    keepValue: Float64Array.from(rows, ({ low }) => low / 2),
    switchProbability: Float64Array.from(rows, ({ valid }) => (valid ? 0.25 : 0.75)),
    tokens: { offsets: Int32Array.from(offsets), divergence: wave(1), entropy: wave(2) },
  };
}

const anySpokenRows: fc.Arbitrary<SpokenRow[]> = anyRows.chain((rows) =>
  fc
    .array(fc.constantFrom(0, 1, 2, 3), { minLength: rows.length, maxLength: rows.length })
    .map((tokens) => rows.map((row, i) => ({ ...row, tokens: tokens[i]! }))),
);
const anySettings: fc.Arbitrary<CreditOptions> = fc.record({
  gamma: anyShare,
  lamTurn: anyShare,
  lamSeg: anyShare,
  lamFlat: anyShare,
  kappa: anyShare,
  groupStatistic: fc.constantFrom('turn', 'episode'),
  normalizeAdvantages: fc.boolean(),
  divideByDeviation: fc.boolean(),
});

const LEVELS = ['switch', 'high', 'low'] as const;

/** Every number of a credit but the tokens' own. */
function columnsOf({ advantage, rawAdvantage, target, defined, targetDefined }: Credit) {
  return [advantage, rawAdvantage, target, defined, targetDefined].flatMap((columns) =>
    LEVELS.map((level) => columns[level] && Array.from(columns[level])),
  );
}

describe.each(ESTIMATORS)('%s', (name) => {
  const estimate = estimators[name];

  it('gives turns without tokens nothing', () => {
    fc.assert(
      fc.property(anySpokenRows, anySettings, (rows, options) => {
        const columns = columnsOf(estimate(batchOf(rows), options));
        rows.forEach(({ tokens }, row) => {
          if (tokens === 0) for (const column of columns) expect(column?.[row] ?? 0).toBe(0);
        });
      }),
    );
  });

  it('does not read their values', () => {
    fc.assert(
      fc.property(anySpokenRows, anySettings, (rows, options) => {
        const other = rows.map((row) =>
          row.tokens === 0 ? { ...row, low: row.low + 9, high: row.high - 7, switch: row.switch + 5 } : row,
        );
        expect(columnsOf(estimate(batchOf(other), options))).toEqual(
          columnsOf(estimate(batchOf(rows), options)),
        );
      }),
    );
  });

  it('goes by the batch’s values as they are in compat, where the reference has no such rule', () => {
    const rows = [spoken({ turn: 0 }), spoken({ turn: 1, tokens: 0 }), spoken({ turn: 2, done: true })];
    const credit = estimate(batchOf(rows), { compat: true, normalizeAdvantages: false });
    expect(Array.from(credit.defined.low!)).toEqual([1, 1, 1]);
  });
});

/** Estimators that score a turn by its episode: leaving a turn without reward out changes nothing for the others. */
const BY_EPISODE: EstimatorName[] = ['token-gae', 'grpo', 'rloo', 'reinforce++', 'reinforce++-baseline'];

test.each(BY_EPISODE)('%s counts turns without tokens in no statistic', (name) => {
  fc.assert(
    fc.property(anySpokenRows, anySettings, (generated, options) => {
      const rows = generated.map((row) => (row.tokens === 0 ? { ...row, reward: 0 } : row));
      fc.pre(rows.some(({ tokens }) => tokens > 0));
      const whole = estimators[name](batchOf(rows), options);
      const kept = rows.filter(({ tokens }) => tokens > 0);
      const rest = estimators[name](batchOf(kept), options);
      const ofKept = Array.from(whole.advantage.low!).filter((_, row) => rows[row]!.tokens > 0);
      expect(ofKept).toEqual(Array.from(rest.advantage.low!));
    }),
  );
});

test.each(['hae', 'turn-gae'] as const)('%s whitens over turns with tokens alone', (name) => {
  fc.assert(
    fc.property(anySpokenRows, anySettings, (rows, options) => {
      const credit = estimators[name](batchOf(rows), { ...options, normalizeAdvantages: true });
      for (const level of name === 'hae' ? LEVELS : (['low'] as const)) {
        const flags = credit.defined[level]!;
        const { mean, variance, weight } = moments(credit.advantage[level]!, flags);
        const before = moments(credit.rawAdvantage[level]!, flags).variance;
        expect(mean).toBeCloseTo(0, 6);
        if (weight > 1 && before > 1e-3)
          expect(variance).toBeCloseTo(name === 'hae' ? 1 : (weight - 1) / weight, 3);
      }
    }),
  );
});

function spoken(changes: Partial<SpokenRow>): SpokenRow {
  return {
    episode: 0,
    turn: 0,
    reward: 0,
    done: false,
    switched: false,
    valid: true,
    low: 1,
    high: 2,
    switch: 3,
    subgoal: [],
    tokens: 1,
    ...changes,
  };
}

test('what follows a turn without tokens still reaches the turns in front of it', () => {
  const rows = [
    spoken({ turn: 0, low: 1 }),
    spoken({ turn: 1, low: 50, tokens: 0 }),
    spoken({ turn: 2, low: 2, reward: 8, done: true }),
  ];
  const options = { gamma: 0.5, lamFlat: 0.5, normalizeAdvantages: false };
  const { advantage, target } = estimators['turn-gae'](batchOf(rows), options);
  // A_2 = 8 - 2; A_1 = 0.5 * 2 - 0 + 0.25 * 6; A_0 = 0.5 * 0 - 1 + 0.25 * 2.5.
  expect(Array.from(advantage.low!)).toEqual([-0.375, 0, 6]);
  expect(Array.from(target.low!)).toEqual([0.625, 0, 8]);
});
