import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newcombe, wilson } from '../../../app/compare/proportion.ts';

describe('wilson', () => {
  it('matches the textbook values', () => {
    // 81 of 263 (Newcombe 1998, table I, method 3): 0.2553 to 0.3662.
    const { rate, low, high } = wilson(81, 263);
    expect([rate, low, high].map((value) => value.toFixed(4))).toEqual(['0.3080', '0.2553', '0.3662']);
    expect(wilson(0, 20)).toMatchObject({ low: 0, high: expect.closeTo(0.1611, 4) });
    expect(wilson(29, 29)).toMatchObject({ low: expect.closeTo(0.883, 4), high: 1 });
  });

  it('holds the rate and stays within 0 and 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, raw) => {
        const { rate, low, high } = wilson(raw % (n + 1), n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
      }),
    );
  });

  it('says not-a-number without trials', () => {
    expect(wilson(0, 0)).toEqual({ rate: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 });
  });
});

describe('newcombe', () => {
  it('matches the published example', () => {
    // 56/70 against 48/80 (Newcombe 1998, table II, method 10): 0.0524 to 0.3339.
    const { difference, low, high } = newcombe(wilson(56, 70), wilson(48, 80));
    expect([difference, low, high].map((value) => value.toFixed(4))).toEqual(['0.2000', '0.0524', '0.3339']);
  });

  it('is zero-centred and symmetric between equal runs', () => {
    const same = newcombe(wilson(70, 140), wilson(70, 140));
    expect(same.difference).toBe(0);
    expect(same.low).toBeCloseTo(-same.high, 12);
  });
});
