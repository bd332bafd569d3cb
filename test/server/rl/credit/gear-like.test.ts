import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TurnBatch } from '../../../../server/rl/credit/batch.ts';
import {
  departureWeights,
  estimateGearLike,
  findDepartures,
} from '../../../../server/rl/credit/gear-like.ts';
import { estimateGrpo } from '../../../../server/rl/credit/grpo.ts';
import { anyRows, episodesOf, groupOfEpisodes, type TurnRow, toBatch } from './batches.ts';

describe('the worked vector of spec/credit-methods.md 3.5', () => {
  const divergence = Float64Array.of(0.02, 0.01, 1.2, 0.05, 0.03, 0.02, 0.4, 0.01);
  const entropy = Float64Array.of(0.1, 0.1, 0.9, 0.2, 0.2, 0.8, 0.9, 0.1);
  const departures = findDepartures(divergence, entropy, [0, 8], {}, 0.7);

  test('one anchor, at 1.2, whose segment ends before the next decision of its own', () => {
    expect(departures).toEqual([{ start: 2, end: 5 }]);
    // The threshold is 0.2175 + 0.3914.
    const nearer = divergence.with(6, 0.75);
    expect(findDepartures(nearer, entropy, [0, 8]).map(({ start }) => start)).toEqual([2, 6]);
  });

  test('weights after success, and mirrored ones after failure', () => {
    const won = departureWeights(divergence, departures, new Float64Array(8).fill(2));
    const expected = [1.22, 1.22, 0.6862, 0.6862, 0.6862, 1.22, 1.0613, 1.22];
    expect([...won.weight]).toEqual(expected.map((w) => expect.closeTo(w, 4)));
    expect([...won.clipped]).toEqual([1, 1, 1, 1, 1, 1, 0, 1]);
    const { weight } = departureWeights(divergence, departures, new Float64Array(8).fill(-2));
    expect(weight[2]).toBeGreaterThan(1);
    expect(weight[3]).toBe(weight[2]);
    expect(weight[0]).toBeLessThan(1);
  });
});

test('a segment ends with its turn, at the next anchor, and after 64 tokens', () => {
  const calm = new Float64Array(200);
  const spikes = (...places: number[]) => calm.map((_, k) => (places.includes(k) ? 5 : 0.01));
  const find = (divergence: Float64Array, starts: number[]) =>
    findDepartures(divergence, calm, starts, {}, 1);
  expect(find(spikes(3), [0, 5, 200])).toEqual([{ start: 3, end: 5 }]);
  expect(find(spikes(10, 14), [0, 20, 200])).toEqual([
    { start: 10, end: 14 },
    { start: 14, end: 20 },
  ]);
  expect(find(spikes(100), [0, 200])).toEqual([{ start: 100, end: 164 }]);
});

/** A teacher's word on every token of a batch, from a list of numbers. */
function withTeacher(rows: readonly TurnRow[], numbers: readonly number[]): TurnBatch {
  const batch = toBatch(rows);
  const offsets = Int32Array.from([0, ...rows.keys()].map((_, n) => (n * (n + 1)) / 2));
  const column = (shift: number) =>
    Float64Array.from({ length: offsets.at(-1)! }, (_, k) => numbers[(k * 7 + shift) % numbers.length]!);
  return {
    ...batch,
    group: Int32Array.from(rows, () => 0),
    tokens: { offsets, divergence: column(0), entropy: column(3) },
  };
}

const anyNumbers = fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 5, maxLength: 40 });
const anyGear = fc.record({
  gearThreshold: fc.constantFrom(0, 0.5, 1, 2),
  gearTemperature: fc.constantFrom(0.1, 1, 3),
  gearClip: fc.constantFrom(0.1, 0.28, 0.9),
});

describe('for any batch', () => {
  test('signs are those of GRPO and the mean weight of an episode is 1', () => {
    fc.assert(
      fc.property(anyRows, anyNumbers, anyGear, (rows, numbers, options) => {
        const batch = withTeacher(rows, numbers);
        const { offsets } = batch.tokens!;
        const plain = estimateGrpo(batch, options).advantage.low!;
        const { tokens, rawAdvantage } = estimateGearLike(batch, options);
        expect(rawAdvantage.low).toEqual(plain);
        for (const episode of episodesOf(rows)) {
          let weights = 0;
          let count = 0;
          for (const { index } of episode) {
            for (let j = offsets[index]!; j < offsets[index + 1]!; j++) {
              expect(tokens!.rawAdvantage[j]).toBe(plain[index]);
              expect(Math.sign(tokens!.advantage[j]!)).toBe(Math.sign(plain[index]!));
              if (plain[index] === 0) continue;
              weights += tokens!.advantage[j]! / plain[index]!;
              count++;
            }
          }
          if (count > 0) expect(weights / count).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  test('no divergence anywhere gives plain GRPO, and so does a ramp that has not begun', () => {
    fc.assert(
      fc.property(anyRows, anyNumbers, (rows, numbers) => {
        const batch = withTeacher(rows, numbers);
        const plain = estimateGrpo(batch).advantage.low!;
        const { offsets, entropy } = batch.tokens!;
        const agreeing = { ...batch, tokens: { offsets, entropy, divergence: entropy!.map(() => 0) } };
        for (const credit of [
          estimateGearLike(agreeing),
          estimateGearLike(batch, { gearRamp: 10, iteration: 1 }),
        ]) {
          for (const [row, a] of credit.advantage.low!.entries()) expect(a).toBeCloseTo(plain[row]!, 12);
          expect(credit.tokens!.advantage).toEqual(credit.tokens!.rawAdvantage);
        }
      }),
    );
  });

  test('segments stay inside a turn and do not overlap; an anchor starts each', () => {
    fc.assert(
      fc.property(anyNumbers, anyNumbers, fc.integer({ min: 1, max: 6 }), (d, h, stride) => {
        const entropy = d.map((_, k) => h[k % h.length]!);
        const starts = [...d.keys()].filter((k) => k % stride === 0).concat(d.length);
        const found = findDepartures(Float64Array.from(d), Float64Array.from(entropy), starts);
        found.forEach(({ start, end }, n) => {
          expect(end).toBeGreaterThan(start);
          expect(Math.floor((end - 1) / stride)).toBe(Math.floor(start / stride));
          expect(start).toBeGreaterThanOrEqual(found[n - 1]?.end ?? 0);
          expect(d[start]).toBeGreaterThan(d.reduce((sum, x) => sum + x, 0) / d.length);
        });
      }),
    );
  });
});

test('a ramp mixes the weights in over the iterations', () => {
  const batch = groupOfEpisodes([1, 0], [2, 2]);
  batch.tokens = {
    offsets: Int32Array.of(0, 2, 4, 6, 8),
    divergence: Float64Array.of(0, 2, 0, 0, 0, 0, 2, 0),
    entropy: new Float64Array(8),
  };
  const at = (iteration: number) =>
    estimateGearLike(batch, { gearRamp: 4, iteration, divideByDeviation: false }).tokens!.advantage;
  const full = estimateGearLike(batch, { divideByDeviation: false }).tokens!.advantage;
  expect(at(5)).toEqual(full);
  for (const [j, a] of at(3).entries()) expect(a).toBeCloseTo((Math.sign(a) * 0.5 + full[j]!) / 2, 12);
  expect(full[1]).toBeLessThan(full[0]!);
  expect(full[6]).toBeLessThan(full[5]!);
});

test('reports what the teacher found, over all episodes', () => {
  const batch = groupOfEpisodes([1, 0, 0], [2, 1, 1]);
  batch.tokens = {
    offsets: Int32Array.of(0, 2, 4, 6, 8),
    divergence: Float64Array.of(0, 0, 4, 0, 0, 0, 1, 1),
    entropy: Float64Array.of(0.5, 0.5, 0.5, 0.4, 0.5, 0.5, 0.5, 0.5),
  };
  const { statistics } = estimateGearLike(batch);
  expect(statistics).toMatchObject({ teacherDivergence: 0.75, departureShare: 1 / 8, departureLength: 2 });
  // The first episode's four tokens: 1.28, 1.28, 0.72, 0.72 before scaling; the others' are 1.
  expect(statistics!.weightsClipped).toBe(0.5);
  expect(statistics!.effectiveTokens).toBeCloseTo(64 / (8 * (4 + (2 * 1.28 ** 2 + 2 * 0.72 ** 2))), 9);
});

test('copies of a row get the result of the first and count once', () => {
  const batch = groupOfEpisodes([1, 0], [1, 1]);
  const copied = groupOfEpisodes([1, 0, 0], [1, 1, 1]);
  copied.episode[2] = 1;
  const tokens = { divergence: [0, 1, 3, 0], entropy: [1, 1, 1, 1] };
  const columns = (extra: number[]) => ({
    offsets: Int32Array.from([0, 2, 4, ...(extra.length ? [6] : [])]),
    divergence: Float64Array.from([...tokens.divergence, ...extra]),
    entropy: Float64Array.from([...tokens.entropy, ...extra]),
  });
  const once = estimateGearLike({ ...batch, tokens: columns([]) });
  const twice = estimateGearLike({ ...copied, tokens: columns([3, 0]) });
  expect(twice.statistics).toEqual(once.statistics);
  expect([...twice.tokens!.advantage]).toEqual([0, 1, 2, 3, 2, 3].map((j) => once.tokens!.advantage[j]));
  expect(twice.advantage.low![2]).toBe(twice.advantage.low![1]);
});

test('a teacher is required', () => {
  const batch = groupOfEpisodes([1, 0], [2, 2]);
  expect(() => estimateGearLike(batch)).toThrow(/batch.tokens.divergence/);
  batch.tokens = { offsets: new Int32Array(5), divergence: new Float64Array(0) };
  expect(() => estimateGearLike(batch)).toThrow(/batch.tokens.entropy/);
  batch.tokens = {
    offsets: new Int32Array(5),
    divergence: new Float64Array(3),
    entropy: new Float64Array(0),
  };
  expect(() => estimateGearLike(batch)).toThrow(/tokens.divergence has 3 entries/);
});
