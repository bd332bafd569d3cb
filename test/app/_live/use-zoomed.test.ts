import { expect, test } from 'vitest';
import { stretchInSight, withStretch } from '../../../app/_live/use-zoomed.ts';
import { reduceRows } from '../../../server/contract/series.ts';

const iterations = Array.from({ length: 2000 }, (_, index) => index + 1);
const raw = {
  iterations,
  columns: { success: iterations.map((at) => Math.sin(at)), tokens: iterations.map((at) => at * 100) },
};
const summarised = (bin: number) => ({ runId: 'r', bin, ...reduceRows(raw, bin) });
const part = (from: number, to: number, bin: number) => {
  const kept = iterations.filter((at) => at >= from && at <= to);
  const columns = { success: kept.map((at) => Math.sin(at)), tokens: kept.map((at) => at * 100) };
  return { runId: 'r', bin, ...reduceRows({ iterations: kept, columns }, bin) };
};

test('what is in sight is whole bins of iterations around it, on any axis', () => {
  const curve = summarised(64);
  expect(stretchInSight([curve], 'iteration', [130, 400])).toEqual({ from: 128, to: 448 });
  expect(stretchInSight([curve], 'tokens', [13_000, 40_000])).toEqual({ from: 128, to: 448 });
  expect(stretchInSight([curve], 'iteration', [1900, 6000])).toEqual({ from: 1856, to: 2048 });
  // Within one bin, where no row of the summary is in sight.
  expect(stretchInSight([curve], 'iteration', [140, 150])).toEqual({ from: 128, to: 192 });
  expect(stretchInSight([curve], 'iteration', [5000, 6000])).toBeNull();
  expect(stretchInSight([curve], 'iteration', [-9, 0.5])).toBeNull();
});

test('a curve is finer where it is looked at and goes on as it was, without a point twice', () => {
  const curve = summarised(64);
  const zoomed = withStretch(curve, part(128, 511, 1), 1);
  const between = zoomed.iterations.filter((at) => at >= 128 && at <= 511);
  expect(between).toEqual(iterations.slice(127, 511));
  expect(zoomed.iterations).toEqual([...zoomed.iterations].sort((a, b) => a - b));
  expect(zoomed.iterations.length).toBe(curve.iterations.length - 6 * 4 + 384);
  expect(zoomed.columns.success!.length).toBe(zoomed.iterations.length);
  expect(withStretch(curve, undefined, 1)).toBe(curve);
});
