import { expect, it } from 'vitest';
import { withParentLines } from '../../../../app/runs/_run/parent-lines.ts';
import { runFigures } from '../../../../app/runs/_run/run-figures.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';

it('puts the lines of a parent faded beside those of its fork, in the same figure', () => {
  const config = presetConfig('tiny');
  const series = (iterations: number[]) => ({
    runId: 'a',
    bin: 1,
    iterations,
    columns: { success: iterations.map((iteration) => iteration / 10) },
  });
  const figuresOf = (iterations: number[]) =>
    runFigures(config, series(iterations), [], 'iteration', 'var(--run-1)');
  const [own, parent] = [figuresOf([3, 4]), figuresOf([1, 2, 3])];
  const figures = withParentLines(own, parent);
  expect(figures.map(({ title }) => title)).toEqual(own.map(({ title }) => title));
  const success = figures[0]!;
  expect(success.series.map(({ id, label, x, color }) => [id, label, x, color])).toEqual([
    ['success', 'training', [3, 4], 'var(--split-train)'],
    [
      'parent success',
      'parent: training',
      [1, 2, 3],
      'color-mix(in srgb, var(--split-train) 40%, transparent)',
    ],
  ]);
});
