import fc from 'fast-check';
import { expect, it } from 'vitest';
import { iterationsOf, planRungs } from '../../../server/sweeps/rungs.ts';

it('27 configurations at eta 3: each rung has a third of the configurations and three times the iterations', () => {
  const rungs = planRungs(27, 54, { eta: 3, least: 1 });
  expect(rungs).toEqual([
    { configurations: 27, iterations: 2 },
    { configurations: 9, iterations: 6 },
    { configurations: 3, iterations: 18 },
    { configurations: 1, iterations: 54 },
  ]);
  expect(iterationsOf(rungs)).toBe(27 * 2 + 9 * 4 + 3 * 12 + 1 * 36);
});

it('no rung is shorter than the least: there are fewer, and more configurations at the end', () => {
  expect(planRungs(27, 54, { eta: 3, least: 5 })).toEqual([
    { configurations: 27, iterations: 6 },
    { configurations: 9, iterations: 18 },
    { configurations: 3, iterations: 54 },
  ]);
  expect(planRungs(9, 10, { eta: 3, least: 10 })).toEqual([{ configurations: 9, iterations: 10 }]);
  expect(planRungs(1, 60, { eta: 3, least: 1 })).toEqual([{ configurations: 1, iterations: 60 }]);
});

it('rungs begin with all, end with the full number of iterations, and cost no more than everything to its end', () => {
  const ask = fc.record({
    configurations: fc.integer({ min: 1, max: 200 }),
    iterations: fc.integer({ min: 1, max: 10_000 }),
    eta: fc.integer({ min: 2, max: 10 }),
    least: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(ask, ({ configurations, iterations, eta, least }) => {
      const rungs = planRungs(configurations, iterations, { eta, least });
      expect(rungs[0]!.configurations).toBe(configurations);
      expect(rungs.at(-1)!.iterations).toBe(iterations);
      for (const [index, rung] of rungs.entries()) {
        const next = rungs[index + 1];
        if (!next) continue;
        expect(rung.iterations).toBeGreaterThanOrEqual(least);
        expect(next.iterations).toBeGreaterThan(rung.iterations);
        expect(next.configurations).toBe(Math.max(1, Math.floor(rung.configurations / eta)));
      }
      expect(iterationsOf(rungs)).toBeLessThanOrEqual(configurations * iterations);
      // Training every rung from its beginning would cost more.
      const anew = rungs.reduce((sum, rung) => sum + rung.configurations * rung.iterations, 0);
      expect(iterationsOf(rungs)).toBeLessThanOrEqual(anew);
    }),
  );
});
