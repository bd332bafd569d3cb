import { describe, expect, it } from 'vitest';
import { PUBLISHED_ROWS } from '../../../app/leaderboard/published.ts';

describe('published numbers', () => {
  it('hold every method once a model, each with its source', () => {
    const names = PUBLISHED_ROWS.map(({ model, method }) => `${model} ${method}`);
    expect(new Set(names).size).toBe(10);
    expect(PUBLISHED_ROWS.every(({ source }) => source !== '')).toBe(true);
  });

  it('ALFWorld numbers measured by the authors are k/384, to the digit printed', () => {
    for (const { alfworldSuccess, origin } of PUBLISHED_ROWS.filter(({ origin }) => origin !== 'quoted')) {
      const wins = Math.round((alfworldSuccess / 100) * 384);
      expect(((100 * wins) / 384).toFixed(1), origin).toBe(alfworldSuccess.toFixed(1));
    }
  });
});
