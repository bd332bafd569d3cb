import { expect, it } from 'vitest';
import { trainingPart } from './measures.ts';
import { resultOf } from './result.ts';

it('counts what was won in each stretch of a run’s training', () => {
  const wins = [2, 6, 9, 10, 12];
  const lines = wins.map((won, i) => ({
    ...{ kind: 'iteration' as const, iteration: i + 1, seconds: i, cpuSeconds: i },
    values: { success: won / 12, episodes: 12 * (i + 1) },
  }));
  const start = { kind: 'process' as const, commit: 'a' };
  const result = resultOf({ study: 'main', variant: 'hae', seed: 1 }, [start, ...lines]);
  const parts = [0, 1].map((part) => trainingPart(result, part, 2));
  expect(parts).toEqual([
    { episodes: 36, successes: 17 },
    { episodes: 24, successes: 22 },
  ]);
});
