import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleAll, sampleAllowed, supportProbabilities } from '../../../../server/rl/model/sampling.ts';
import { Random } from '../../../../server/rl/random.ts';

const logits = Float32Array.from([5, 1, 2, 3, -4, 0]);
const allowed = Uint16Array.of(1, 2, 3);

function probabilities(temperature: number): number[] {
  const weights = Array.from(allowed, (id) => Math.exp((logits[id] as number) / temperature));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

describe('sampling among allowed tokens', () => {
  it('draws in proportion to the constrained softmax and says its log-probability', () => {
    const [one, two, three] = probabilities(2) as [number, number, number];
    const at = (uniform: number) => sampleAllowed(logits, 0, allowed, uniform, 2, 1);
    expect(at(one - 1e-6).id).toBe(1);
    expect(at(one + 1e-6).id).toBe(2);
    expect(at(one + two + 1e-6).id).toBe(3);
    expect(at(0.999999).logProbability).toBeCloseTo(Math.log(three), 6);
    const entropy = -[one, two, three].reduce((sum, p) => sum + p * Math.log(p), 0);
    expect(at(0.5).entropy).toBeCloseTo(entropy, 6);
  });

  it('takes the likeliest allowed token at temperature 0', () => {
    expect(sampleAllowed(logits, 0, allowed, 0.1, 0, 1)).toMatchObject({ id: 3, logProbability: 0 });
  });

  it('is certain about a forced token', () => {
    const draw = sampleAllowed(logits, 0, Uint16Array.of(4), 0.9, 1, 1);
    expect(draw).toMatchObject({ id: 4, logProbability: 0, entropy: 0 });
  });

  it('cuts the tail with top-p and renormalises what is left', () => {
    const draw = sampleAllowed(logits, 0, allowed, 0, 1, 0.8);
    expect(Array.from(draw.support)).toEqual([2, 3]);
    const [, two, three] = probabilities(1) as [number, number, number];
    expect(draw.logProbability).toBeCloseTo(Math.log(two / (two + three)), 6);
  });

  it('says the probabilities of the support that a draw came from', () => {
    for (const [temperature, topP] of [
      [2, 1],
      [1, 0.8],
    ] as const) {
      const { id, support, logProbability } = sampleAllowed(logits, 0, allowed, 0.4, temperature, topP);
      const shares = supportProbabilities(logits, 0, support, temperature);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(Math.log(shares[support.indexOf(id)] as number)).toBeCloseTo(logProbability, 12);
    }
  });

  it.each([NaN, Infinity, -Infinity])('refuses to draw where an allowed logit is %s', (value) => {
    const broken = Float32Array.from([NaN, 1, value, 3]);
    for (const [temperature, topP] of [
      [0, 1],
      [1, 1],
      [1, 0.9],
    ] as const)
      expect(() => sampleAllowed(broken, 0, allowed, 0.5, temperature, topP)).toThrow(
        expect.objectContaining({ code: 'not-finite', message: `the model's logit of token 2 is ${value}` }),
      );
    expect(() => sampleAllowed(broken, 0, Uint16Array.of(0), 0.5, 1, 1)).toThrow(/token 0 is NaN/);
    expect(sampleAllowed(broken, 0, Uint16Array.of(1, 3), 0, 0, 1).id).toBe(3);
  });

  it('never leaves the allowed set', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 8, maxLength: 8, min: -30, max: 30, noNaN: true }),
        fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.constantFrom(0, 0.4, 1, 3),
        fc.constantFrom(0.3, 0.9, 1),
        (values, ids, uniform, temperature, topP) => {
          const draw = sampleAllowed(values, 0, Uint16Array.from(ids), uniform, temperature, topP);
          expect(ids).toContain(draw.id);
          expect(Array.from(draw.support)).toContain(draw.id);
          expect(draw.logProbability).toBeLessThanOrEqual(0);
        },
      ),
    );
  });
});

/** What top-p means: tokens sorted by probability, as many as reach it. */
function sortedNucleus(values: Float32Array, temperature: number, topP: number): number[] {
  const highest = Math.max(...values);
  const weights = Array.from(values, (value) => Math.exp((value - highest) / temperature));
  const goal = topP * weights.reduce((a, b) => a + b, 0);
  const order = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
  let mass = 0;
  let taken = 0;
  while (taken < order.length && mass < goal) mass += weights[order[taken++]!]!;
  return order.slice(0, taken).sort((a, b) => a - b);
}

describe('sampling among all tokens', () => {
  /** More than are sorted, some equal, some far away, as padding rows of a table are. */
  const anyLogits = fc
    .record({
      seed: fc.integer(),
      count: fc.integer({ min: 1, max: 3000 }),
      spread: fc.constantFrom(0, 1e-3, 1, 8),
      grid: fc.boolean(),
      outlier: fc.constantFrom(0, -1e4, 40),
    })
    .map(({ seed, count, spread, grid, outlier }) => {
      const random = new Random(seed);
      const values = Float32Array.from({ length: count }, () => {
        const value = spread * (random.next() + random.next() + random.next() - 1.5);
        return grid ? Math.round(2 * value) / 2 : value;
      });
      values[Math.floor(random.next() * count)]! += outlier;
      return values;
    });
  const uniforms = fc.double({ min: 0, max: 0.999999, noNaN: true });

  it('draws what a list of all of them would, and says the same about it', () => {
    fc.assert(
      fc.property(anyLogits, uniforms, fc.constantFrom(0, 0.4, 1, 3), (values, uniform, temperature) => {
        const everything = Uint32Array.from(values.keys());
        const { support, ...listed } = sampleAllowed(values, 0, everything, uniform, temperature, 1);
        const draw = sampleAll(values, uniform, temperature, 1);
        expect(draw.id).toBe(listed.id);
        expect(draw.logProbability).toBeCloseTo(listed.logProbability, 9);
        expect(draw.entropy).toBeCloseTo(listed.entropy, 9);
        expect(draw.support && [...draw.support]).toEqual(temperature === 0 ? [...support] : null);
      }),
    );
  });

  it('cuts the same tail as sorting all of them does', () => {
    fc.assert(
      fc.property(
        anyLogits,
        uniforms,
        fc.constantFrom(0.4, 1, 3),
        fc.oneof(fc.constantFrom(0.05, 0.5, 0.95, 0.9999), fc.double({ min: 1e-3, max: 0.999, noNaN: true })),
        (values, uniform, temperature, topP) => {
          const nucleus = sortedNucleus(values, temperature, topP);
          const draw = sampleAll(values, uniform, temperature, topP);
          expect([...(draw.support ?? values.keys())]).toEqual(nucleus);
          const listed = sampleAllowed(values, 0, Uint32Array.from(nucleus), uniform, temperature, 1);
          expect(draw.id).toBe(listed.id);
          expect(draw.logProbability).toBeCloseTo(listed.logProbability, 9);
          expect(draw.entropy).toBeCloseTo(listed.entropy, 9);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('draws every token as often as it is likely', () => {
    const values = Float32Array.from({ length: 600 }, (_, id) => Math.sin(id));
    const nucleus = sortedNucleus(values, 1, 0.7);
    const shares = supportProbabilities(values, 0, Uint32Array.from(nucleus), 1);
    const counts = new Map<number, number>();
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const { id } = sampleAll(values, (draw + 0.5) / draws, 1, 0.7);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const [place, id] of nucleus.entries())
      expect(Math.abs((counts.get(id) ?? 0) / draws - shares[place]!)).toBeLessThan(1 / draws + 1e-9);
  });

  it.each([NaN, Infinity, -Infinity])('refuses to draw where a logit is %s', (value) => {
    for (const [temperature, topP] of [
      [0, 1],
      [1, 1],
      [1, 0.9],
    ] as const)
      expect(() => sampleAll(Float32Array.of(1, value, 3), 0.5, temperature, topP)).toThrow(
        expect.objectContaining({ code: 'not-finite', message: `the model's logit of token 1 is ${value}` }),
      );
  });
});
