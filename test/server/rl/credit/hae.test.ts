import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS } from '../../../../server/rl/credit/batch.ts';
import { estimateHae } from '../../../../server/rl/credit/hae.ts';
import { estimateTurnGae } from '../../../../server/rl/credit/turn-gae.ts';
import {
  anyOptions,
  anyRows,
  anyShare,
  distance,
  episodesOf,
  returnsOf,
  toBatch,
  workedExample,
} from './batches.ts';

const raw = { normalizeAdvantages: false };
const example = { gamma: 0.9, lamTurn: 0.8, lamSeg: 0.5, ...raw };

describe('worked example of spec/hae.md 2.9', () => {
  const credit = estimateHae(toBatch(workedExample()), example);

  test('low level', () => {
    expectClose(credit.advantage.low, [1.456, 1.05, 1.112, 0.85, 3]);
    expectClose(credit.target.low, [3.456, 4.05, 5.112, 5.85, 10]);
  });

  test('high level, on boundary turns only', () => {
    expectClose(credit.advantage.high, [2.0289125, 0, 2.1825, 0, 3.5]);
    expectClose(credit.target.high, [4.5289125, 0, 6.6825, 0, 10]);
    expect([...credit.boundary]).toEqual([1, 0, 1, 0, 1]);
    expect(credit.defined.high).toBe(credit.boundary);
  });

  test('switch level', () => {
    expectClose(credit.advantage.switch, [1.445, 0.95, 1.065, 0.75, 3.2]);
    expectClose(credit.target.switch, [3.645, 4.05, 5.265, 5.85, 10]);
  });

  test('segments and Monte-Carlo returns', () => {
    expect(credit.segments).toEqual({ count: 3, lengths: Int32Array.of(2, 2, 1), turns: 5, episodes: 1 });
    expectClose(credit.monteCarlo, [6.561, 7.29, 8.1, 9, 10]);
  });

  test('kappa carries the advantage of the next segment over the boundary', () => {
    const half = estimateHae(toBatch(workedExample()), { ...example, kappa: 0.5 });
    // t3: 0.9 (6.5 + 0.5 * 3.5) - 5 = 2.425;  t1: 0.9 (4.5 + 0.5 * 2.1825) - 3 = 2.032125
    expectClose(half.advantage.low, [0.7 + 0.72 * 2.032125, 2.032125, 0.5 + 0.72 * 2.425, 2.425, 3]);
    expectClose(half.target.switch, [0.81 * 5.59125, 0.9 * 5.59125, 0.81 * 8.25, 0.9 * 8.25, 10]);
    expectClose(half.advantage.high, [2.0289125, 0, 2.1825, 0, 3.5]);
  });

  test('penalties: keep, invalid, consistency', () => {
    const rows = workedExample();
    rows[3] = { ...rows[3]!, valid: false, subgoal: [9, 9] };
    const penalties = {
      keepPenalty: -0.5,
      keepPenaltyMode: 'normalized',
      invalidActionPenalty: 0.1,
    } as const;
    const shaped = estimateHae(toBatch(rows), { ...example, ...penalties, consistencyPenalty: -0.3 });
    expectClose(shaped.shapedReward, [0, -0.1, 0, -0.5, 10]);
    expectClose(shaped.rawAdvantage.low, [1.384, 0.95, 0.752, 0.35, 3]);
    expectClose(shaped.rawAdvantage.high, [1.7566625, 0, 1.7325, 0, 3.5]);
    expectClose(shaped.rawAdvantage.switch, [1.355, 0.85, 0.615, 0.25, 3.2]);
  });

  test('two heads leave the switch level out; one head reads V_high from V_low', () => {
    const two = estimateHae(toBatch(workedExample(), 2), example);
    expect([two.advantage.switch, two.target.switch, two.defined.switch]).toEqual([null, null, null]);
    expectClose(two.advantage.low, [1.456, 1.05, 1.112, 0.85, 3]);
    const one = estimateHae(toBatch(workedExample(), 1), example);
    expectClose(one.target.high, [
      0.81 * 4 + 0.405 * one.advantage.high![2]!,
      0,
      0.81 * 7 + 0.405 * 3,
      0,
      10,
    ]);
  });

  test('truncation: bootstraps from values already seen, or from nothing', () => {
    const rows = workedExample().map((row) => ({ ...row, done: false }));
    const off = estimateHae(toBatch(rows), example);
    expectClose(off.advantage.low?.slice(4), [3]);
    const on = estimateHae(toBatch(rows), { ...example, bootstrapTruncated: true });
    expectClose(on.advantage.low?.slice(4), [10 + 0.9 * 7 - 7]);
    expectClose(on.advantage.high?.slice(4), [10 + 0.9 * 6.5 - 6.5]);
    expectClose(on.target.switch?.slice(4), [10 + 0.9 * 6.5]);
  });
});

describe('input', () => {
  test('the switching gain weighs what a new sub-goal is worth by q - P(SWITCH)', () => {
    const batch = toBatch(workedExample(), 2);
    const options = { switchCredit: 'gain', normalizeAdvantages: false } as const;
    expect(() => estimateHae(batch, options)).toThrow('batch.keepValue');
    batch.values.high = Float64Array.of(2.5, 3.5, 4.5, 5.5, 6.5);
    batch.keepValue = Float64Array.of(9, 3, 4, 5, 7);
    batch.switchProbability = Float64Array.of(1, 0.4, 0.25, 0.5, 0.9);
    const credit = estimateHae(batch, options);
    expectClose(credit.advantage.switch, [0, -0.4 * 0.5, 0.75 * 0.5, -0.5 * 0.5, 0.1 * -0.5]);
    expect(credit.target.switch).toBeNull();
    expect(credit.advantage.low).toEqual(estimateHae(batch, { normalizeAdvantages: false }).advantage.low);
  });

  test('values of the low head are required', () => {
    const batch = { ...toBatch(workedExample()), values: {} };
    expect(() => estimateHae(batch)).toThrow(/batch.values.low/);
  });

  test('a column of the wrong length is named', () => {
    const batch = { ...toBatch(workedExample()), done: new Uint8Array(4) };
    expect(() => estimateHae(batch)).toThrow('batch.done has 4 entries; 5 rows need 5');
  });

  test('the consistency penalty needs sub-goal tokens', () => {
    const batch = { ...toBatch(workedExample()), subgoal: undefined };
    expect(() => estimateHae(batch, { consistencyPenalty: -1 })).toThrow(/batch.subgoal/);
  });

  test('an empty batch gives empty columns', () => {
    const credit = estimateHae(toBatch([]));
    expect(credit.advantage.low).toHaveLength(0);
    expect(credit.segments).toEqual({ count: 0, lengths: new Int32Array(0), turns: 0, episodes: 0 });
  });
});

describe('copies of rows', () => {
  const rows = workedExample();
  const withCopies = [...rows, rows[4]!, rows[2]!];

  test('receive the result of the original and count nowhere', () => {
    const options = {
      ...example,
      normalizeAdvantages: true,
      keepPenalty: -1,
      keepPenaltyMode: 'normalized',
    } as const;
    const plain = estimateHae(toBatch(rows), options);
    const copied = estimateHae(toBatch(withCopies), options);
    for (const level of LEVELS) {
      for (const key of ['advantage', 'rawAdvantage', 'target'] as const) {
        const column = plain[key][level]!;
        expectClose(copied[key][level], [...column, column[4]!, column[2]!]);
      }
    }
    expect(copied.segments).toEqual(plain.segments);
    expect([...copied.boundary]).toEqual([1, 0, 1, 0, 1, 1, 1]);
  });

  test('count as further turns with compat, as in the reference', () => {
    const copied = estimateHae(toBatch(withCopies), { ...example, compat: true });
    expect(copied.segments.count).toBe(5);
    // The original of the winning turn is now followed by a segment of its copy; done cuts it off.
    expectClose(copied.rawAdvantage.low?.slice(4, 6), [3, 3]);
    expect(copied.rawAdvantage.low![2]).not.toBeCloseTo(1.112);
  });
});

describe('special cases of spec/hae.md 2.10', () => {
  test('never switching: low is turn-level GAE, high one discounted return', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, options) => {
        const kept = rows.map((row) => ({ ...row, switched: false }));
        const credit = estimateHae(toBatch(kept), { ...options, ...raw });
        const flat = estimateTurnGae(toBatch(kept), {
          gamma: options.gamma,
          lamFlat: options.lamTurn,
          ...raw,
        });
        expect(distance(credit.advantage.low, flat.advantage.low)).toBeLessThan(1e-9);
        const returns = returnsOf(kept, options.gamma);
        for (const [first] of episodesOf(kept)) {
          expect(credit.advantage.high![first!.index]).toBeCloseTo(
            returns[first!.index]! - first!.row.high,
            9,
          );
        }
        expect(credit.segments.count).toBe(episodesOf(kept).length);
      }),
    );
  });

  test('switching every turn: high is turn-level GAE on V_high, low and switch are one-step TD', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, { gamma, lamTurn, lamSeg }) => {
        const all = rows.map((row) => ({ ...row, switched: true }));
        const credit = estimateHae(toBatch(all), { gamma, lamTurn, lamSeg, ...raw });
        const onHigh = toBatch(all.map((row) => ({ ...row, low: row.high })));
        const flat = estimateTurnGae(onHigh, { gamma, lamFlat: lamSeg, ...raw });
        expect(distance(credit.advantage.high, flat.advantage.low)).toBeLessThan(1e-9);
        for (const episode of episodesOf(all)) {
          episode.forEach(({ row, index }, t) => {
            const next = gamma * (episode[t + 1]?.row.high ?? 0);
            expect(credit.advantage.low![index]).toBeCloseTo(row.reward + next - row.low, 9);
            expect(credit.advantage.switch![index]).toBeCloseTo(row.reward + next - row.switch, 9);
          });
        }
      }),
    );
  });

  test('scale: without normalisation everything scales, with it advantages stay', () => {
    const penalties = fc.record({ keepPenalty: anyShare, invalidActionPenalty: anyShare });
    fc.assert(
      fc.property(
        anyRows,
        anyOptions,
        penalties,
        fc.integer({ min: 2, max: 9 }),
        (rows, options, penalty, c) => {
          const scaled = rows.map((row) => ({
            ...row,
            reward: c * row.reward,
            low: c * row.low,
            high: c * row.high,
            switch: c * row.switch,
          }));
          const scaledPenalty = {
            keepPenalty: c * penalty.keepPenalty,
            invalidActionPenalty: c * penalty.invalidActionPenalty,
          };
          const one = estimateHae(toBatch(rows), { ...options, ...penalty });
          const many = estimateHae(toBatch(scaled), { ...options, ...scaledPenalty });
          for (const level of LEVELS) {
            const times = (column: Float64Array | null) => column?.map((x) => c * x) ?? null;
            expect(distance(times(one.rawAdvantage[level]), many.rawAdvantage[level])).toBeLessThan(1e-8);
            expect(distance(times(one.target[level]), many.target[level])).toBeLessThan(1e-8);
            // The 1e-8 beside the standard deviation does not scale: leave out (almost) constant advantages.
            const spread = Math.max(...one.rawAdvantage[level]!) - Math.min(...one.rawAdvantage[level]!);
            const rowsOfLevel = one.defined[level]!.reduce((sum, flag) => sum + flag, 0);
            if (
              spread < 1e-3 ||
              rowsOfLevel < 2 ||
              deviation(one.rawAdvantage[level]!, one.defined[level]!) < 1e-3
            )
              continue;
            expect(distance(one.advantage[level], many.advantage[level])).toBeLessThan(1e-4);
          }
        },
      ),
    );
  });

  test('episodes do not influence each other, and the order of rows does not matter', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, options) => {
        const together = estimateHae(toBatch(rows), { ...options, ...raw });
        for (const episode of episodesOf(rows)) {
          const alone = estimateHae(toBatch(episode.map(({ row }) => row)), { ...options, ...raw });
          for (const level of LEVELS) {
            episode.forEach(({ index }, i) => {
              expect(together.advantage[level]![index]).toBeCloseTo(alone.advantage[level]![i]!, 9);
              expect(together.target[level]![index]).toBeCloseTo(alone.target[level]![i]!, 9);
            });
          }
        }
      }),
    );
  });
});

describe('kappa', () => {
  test('0 is the published estimator, and the default', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, options) => {
        const published = estimateHae(toBatch(rows), { ...options, kappa: undefined });
        const zero = estimateHae(toBatch(rows), { ...options, kappa: 0 });
        expect(zero).toEqual(published);
      }),
    );
  });

  test('every level is affine in kappa, and the high level does not depend on it', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, options) => {
        const at = (kappa: number) => estimateHae(toBatch(rows), { ...options, kappa, ...raw }).advantage;
        const [zero, mixed, one] = [at(0), at(options.kappa), at(1)];
        expect(distance(zero.high, one.high)).toBe(0);
        for (const level of ['low', 'switch'] as const) {
          const between = zero[level]!.map(
            (x, i) => (1 - options.kappa) * x + options.kappa * one[level]![i]!,
          );
          expect(distance(mixed[level], between)).toBeLessThan(1e-9);
        }
      }),
    );
  });

  test('a ramp brings it in a straight line over the iterations, and is there at once without one', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, options) => {
        const at = (iteration: number) =>
          estimateHae(toBatch(rows), { ...options, kappaRamp: 4, iteration }).advantage;
        const plain = (kappa: number) => estimateHae(toBatch(rows), { ...options, kappa }).advantage;
        expect(at(1)).toEqual(plain(0));
        expect(at(3)).toEqual(plain(options.kappa / 2));
        for (const iteration of [5, 50]) expect(at(iteration)).toEqual(plain(options.kappa));
      }),
    );
  });

  test('1 with lambda 1 on both levels: action and switch get Monte-Carlo return minus value', () => {
    // V_high(b') + A_high(b') telescopes to the return from b', so the critics cancel except for the turn's own.
    fc.assert(
      fc.property(anyRows, anyShare, (rows, gamma) => {
        const credit = estimateHae(toBatch(rows), { gamma, lamTurn: 1, lamSeg: 1, kappa: 1, ...raw });
        const returns = returnsOf(rows, gamma);
        expect(distance(credit.target.low, returns)).toBeLessThan(1e-9);
        expect(distance(credit.target.switch, returns)).toBeLessThan(1e-9);
        expect(distance(credit.monteCarlo, returns)).toBeLessThan(1e-9);
        const advantage = returns.map((value, i) => value - rows[i]!.low);
        expect(distance(credit.advantage.low, advantage)).toBeLessThan(1e-9);
      }),
    );
  });

  test('1: the target of the last action of a segment bootstraps from the next segment’s own target', () => {
    fc.assert(
      fc.property(anyRows, anyOptions, (rows, options) => {
        const credit = estimateHae(toBatch(rows), { ...options, kappa: 1, ...raw });
        for (const episode of episodesOf(rows)) {
          episode.slice(0, -1).forEach(({ row, index }, t) => {
            const next = episode[t + 1]!;
            if (!next.row.switched) return;
            const expected = row.reward + options.gamma * credit.target.high![next.index]!;
            expect(credit.target.low![index]).toBeCloseTo(expected, 9);
          });
        }
      }),
    );
  });

  test('with one value function, low and switch are GAE whose trace is kappa at the next boundary, then lamSeg', () => {
    fc.assert(
      fc.property(anyRows, anyShare, anyShare, anyShare, anyShare, (rows, gamma, lamTurn, lamSeg, kappa) => {
        const same = rows.map((row) => ({ ...row, high: row.low, switch: row.low }));
        const credit = estimateHae(toBatch(same), { gamma, lamTurn, lamSeg, kappa, ...raw });
        for (const episode of episodesOf(same)) {
          const isBoundary = (t: number) => t === 0 || episode[t]!.row.switched;
          const error = (t: number) =>
            episode[t]!.row.reward + gamma * (episode[t + 1]?.row.low ?? 0) - episode[t]!.row.low;
          episode.forEach(({ index }, t) => {
            let low = 0;
            let switches = 0;
            let overBoundaries = 1;
            let inSegment = 1; // lamTurn decays the trace of the action in its own segment only
            let crossed = false;
            for (let later = t; later < episode.length; later++) {
              if (later > t && isBoundary(later)) {
                overBoundaries *= crossed ? lamSeg : kappa;
                crossed = true;
              } else if (later > t && !crossed) inSegment *= lamTurn;
              const term = gamma ** (later - t) * overBoundaries * error(later);
              low += inSegment * term;
              switches += term;
            }
            expect(credit.advantage.low![index]).toBeCloseTo(low, 9);
            expect(credit.advantage.switch![index]).toBeCloseTo(switches, 9);
          });
        }
      }),
    );
  });

  test('= lamSeg, switching every turn, one value function: all three levels are turn-level GAE(gamma, lamSeg)', () => {
    fc.assert(
      fc.property(anyRows, anyShare, anyShare, anyShare, (rows, gamma, lamTurn, lam) => {
        const all = rows.map((row) => ({ ...row, switched: true, high: row.low, switch: row.low }));
        const credit = estimateHae(toBatch(all), { gamma, lamTurn, lamSeg: lam, kappa: lam, ...raw });
        const flat = estimateTurnGae(toBatch(all), { gamma, lamFlat: lam, ...raw });
        for (const level of LEVELS)
          expect(distance(credit.advantage[level], flat.advantage.low)).toBeLessThan(1e-9);
      }),
    );
  });
});

function deviation(column: Float64Array, defined: Uint8Array): number {
  const values = column.filter((_, i) => defined[i]);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}

function expectClose(actual: Float64Array | null | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual![i], `entry ${i}`).toBeCloseTo(value, 9);
  });
}
