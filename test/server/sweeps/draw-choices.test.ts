import { expect, it } from 'vitest';
import { drawChoices, type Variety } from '../../../server/sweeps/draw-choices.ts';

const vary = {
  estimator: ['hae', 'turn-gae'],
  learningRate: { from: 1e-4, to: 1e-2, scale: 'log' },
  layers: { from: 1, to: 3, scale: 'linear' },
} satisfies Record<string, Variety>;

it('draws different configurations, the same for the same seed, within their ranges', () => {
  const drawn = drawChoices(vary, { configurations: 60, seed: 1 });
  expect(drawChoices(vary, { configurations: 60, seed: 1 })).toEqual(drawn);
  expect(drawChoices(vary, { configurations: 60, seed: 2 })).not.toEqual(drawn);
  expect(new Set(drawn.map((choice) => JSON.stringify(choice))).size).toBe(60);
  const rates = drawn.map(({ learningRate }) => Number(learningRate));
  expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
  expect(Math.max(...rates)).toBeLessThanOrEqual(1e-2);
  // By their logarithms: about half below the geometric middle.
  expect(rates.filter((rate) => rate < 1e-3).length).toBeGreaterThan(15);
  expect(rates.every((rate) => rate === Number(rate.toPrecision(3)))).toBe(true);
  expect([...new Set(drawn.map(({ layers }) => layers))].sort()).toEqual([1, 2, 3]);
});

it('asks for fewer where there are not as many', () => {
  const draw = () => drawChoices({ layers: [1, 2] }, { configurations: 3, seed: 1 });
  expect(draw).toThrow(/random\.configurations: found only 2 different ones/);
});
