import { wilsonInterval } from '../../server/stats/wilson.ts';

/** A share of successes with its 95 % interval; all between 0 and 1, NaN without trials. */
export interface Proportion {
  rate: number;
  low: number;
  high: number;
  n: number;
}

/** 95 % Wilson score interval of `successes` out of `n` trials. */
export function wilson(successes: number, n: number): Proportion {
  if (n <= 0) return { rate: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 };
  const [low, high] = wilsonInterval(successes, n);
  return { rate: successes / n, low, high, n };
}

/** Difference `a − b` of two independent proportions with Newcombe's 95 % hybrid score interval (his method 10). */
export function newcombe(a: Proportion, b: Proportion): { difference: number; low: number; high: number } {
  const difference = a.rate - b.rate;
  return {
    difference,
    low: difference - Math.hypot(a.rate - a.low, b.high - b.rate),
    high: difference + Math.hypot(a.high - a.rate, b.rate - b.low),
  };
}
