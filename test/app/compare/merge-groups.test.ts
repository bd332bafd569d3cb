import { describe, expect, it } from 'vitest';
import type { LineSeries } from '../../../app/_charts/line-series.ts';
import { type GroupDrawing, mergeGroups } from '../../../app/compare/merge-groups.ts';
import type { RunGroup } from '../../../app/compare/run-groups.ts';

const line = (id: string, y: (number | null)[], changes: Partial<LineSeries> = {}): LineSeries => ({
  id,
  label: id,
  iterations: y.map((_, i) => i + 1),
  x: y.map((_, i) => i + 1),
  y,
  color: `color of ${id}`,
  ...changes,
});

const group = (runIds: string[], seeds = runIds.map((_, index) => index + 1)): RunGroup => ({
  id: runIds[0]!,
  label: 'hae',
  runIds,
  trainings: seeds.map(String),
  unit: 'seed',
  style: { color: `color of ${runIds[0]}`, dash: [], marker: 'circle' },
});

const MEAN_AND_RANGE: GroupDrawing = { center: 'mean', band: 'range', members: false, difference: false };

const mergeSeeds = (lines: LineSeries[], groups: RunGroup[]) => mergeGroups(lines, groups, MEAN_AND_RANGE);

const merge = (lines: LineSeries[], seeds?: number[], drawing = MEAN_AND_RANGE) => {
  const own = group(
    lines.map(({ id }) => id),
    seeds,
  );
  const { series, bands } = mergeGroups(lines, [own], drawing);
  return { line: series[0]!, band: bands[0] };
};

describe('the line of a group', () => {
  it('is the mean over its seeds, with their range as a band; one seed has none', () => {
    const { series, bands } = mergeSeeds(
      [line('a', [0, 1]), line('b', [7]), line('c', [2, 4])],
      [group(['a', 'c']), { ...group(['b']), label: 'grpo' }],
    );
    expect(series).toMatchObject([
      { id: 'a', label: 'hae', y: [1, 2.5], counts: [2, 2], note: 'mean of 2 seeds' },
      { id: 'b', label: 'grpo', y: [7], note: 'mean of 1 seed' },
    ]);
    expect(bands).toMatchObject([{ id: 'a', low: [0, 1], high: [2, 4] }]);
  });

  it('goes on when a seed ended early, and says how many are left', () => {
    const { line: merged, band } = merge([
      line('a', [1, 2, 3, 4]),
      line('b', [3, 4, 5, 6]),
      line('c', [5, 6, 7, 8]),
      line('d', [7, 8]),
    ]);
    expect(merged).toMatchObject({ y: [4, 5, 5, 6], counts: [4, 4, 3, 3] });
    expect(merged.note).toBe('mean of 4 seeds (3 after iteration 2)');
    expect(band).toMatchObject({ low: [1, 2, 3, 4], high: [7, 8, 7, 8] });
  });

  it('stays whole when a seed failed before its first iteration', () => {
    const { line: merged } = merge([line('a', [1, 2]), line('b', [3, 4]), line('c', [])]);
    expect(merged).toMatchObject({ y: [2, 3], note: 'mean of 2 of 3 seeds' });
  });

  it('counts a seed once however many runs it has', () => {
    const { line: merged } = merge([line('a', [1]), line('b', [3]), line('c', [8])], [77, 77, 5]);
    expect(merged).toMatchObject({ y: [5], counts: [2], note: 'mean of 2 seeds, 3 runs' });
    const eleven = Array.from({ length: 11 }, (_, index) => line(`run${index}`, [index]));
    const same = merge(
      eleven,
      eleven.map(() => 77),
    );
    expect(same.line).toMatchObject({ y: [5], counts: [1], note: 'mean of 1 seed, 11 runs' });
    expect(same.band).toBeUndefined();
  });

  it('matches points by iteration, not by place', () => {
    const late = line('b', [6, 8], { iterations: [2, 3], x: [2, 3] });
    expect(merge([line('a', [1, 2, 4]), late]).line).toMatchObject({
      iterations: [1, 2, 3],
      y: [1, 4, 6],
      counts: [1, 2, 2],
      note: 'mean of 2 seeds (1 to 2 by iteration)',
    });
  });

  it('shows not-a-number of a seed', () => {
    const { line: merged, band } = merge([line('a', [1, Number.NaN, null]), line('b', [3, 5, 7])]);
    expect(merged.y).toEqual([2, Number.NaN, 7]);
    expect(merged.counts).toEqual([2, 2, 1]);
    expect(band!.low).toEqual([1, Number.NaN, 7]);
  });

  it('keeps its place over tokens when the seed that used most of them ends', () => {
    const { line: merged } = merge([
      line('a', [1, 1], { x: [100, 200] }),
      line('b', [1, 1, 1, 1], { x: [50, 100, 150, 200] }),
    ]);
    expect(merged.x).toEqual([75, 150, 200, 250]);
  });

  it('has the colour of its group, whichever of its runs report the metric', () => {
    const { series, bands } = mergeSeeds([line('b', [2]), line('c', [3])], [group(['a', 'b', 'c'])]);
    expect([series[0]!.color, bands[0]!.color]).toEqual(['color of a', 'color of a']);
  });
});

describe('what a group is told by', () => {
  const three = [line('a', [1, 1]), line('b', [2, 2]), line('c', [9, 3])];

  it('is the mean, the median or the interquartile mean, and says which', () => {
    const told = (center: GroupDrawing['center']) =>
      merge(three, undefined, { ...MEAN_AND_RANGE, center, band: 'none' });
    expect(told('mean').line).toMatchObject({ y: [4, 2], note: 'mean of 3 seeds' });
    expect(told('median').line).toMatchObject({ y: [2, 2], note: 'median of 3 seeds' });
    expect(told('iqm').line).toMatchObject({ note: 'IQM of 3 seeds' });
    expect(told('mean').band).toBeUndefined();
  });

  it('has the band that was asked for, by its name', () => {
    const band = (kind: GroupDrawing['band']) =>
      merge(three, undefined, { ...MEAN_AND_RANGE, band: kind }).band!;
    expect(band('range')).toMatchObject({ low: [1, 1], high: [9, 3] });
    expect(band('stderr').low[1]).toBeCloseTo(2 - 1 / Math.sqrt(3), 12);
    expect(band('bootstrap')).toMatchObject({
      label: '95 % bootstrap interval of hae',
      low: [1, 1],
      high: [9, 3],
    });
  });

  it('keeps its single runs as thin lines behind, in its colour, and only where there are several', () => {
    const drawing: GroupDrawing = { ...MEAN_AND_RANGE, members: true };
    const { series } = mergeGroups(
      [...three, line('d', [5])],
      [group(['a', 'b', 'c']), group(['d'])],
      drawing,
    );
    expect(series.map(({ faint }) => faint ?? false)).toEqual([false, false, true, true, true]);
    expect(series.slice(2)).toMatchObject([
      { id: 'a', y: [1, 1], color: 'color of a' },
      { id: 'b', color: 'color of a' },
      { id: 'c', color: 'color of a' },
    ]);
    expect(series[0]!.owns).toEqual(['a', 'b', 'c']);
  });
});

describe('differences to the first group', () => {
  const lines = [line('a', [1, 2, 3]), line('b', [3, 4, 5]), line('c', [5, 5]), line('d', [9, 9])];
  const differences = (band: GroupDrawing['band'], ...groups: RunGroup[]) =>
    mergeGroups(lines, groups, { ...MEAN_AND_RANGE, band, difference: true });

  it('are lines of all others where both have a value, with a band that both make', () => {
    const { series, bands } = differences('range', group(['a', 'b']), group(['c', 'd']));
    expect(series).toMatchObject([
      { id: 'c', iterations: [1, 2], y: [5, 4], counts: [2, 2], note: 'mean less that of hae' },
    ]);
    expect(bands).toMatchObject([{ low: [2, 1], high: [8, 7] }]);
  });

  it('are none where the first group says nothing, and have no band where a group has one run', () => {
    expect(differences('range', group(['x']), group(['c', 'd'])).series).toEqual([]);
    const single = differences('bootstrap', group(['a', 'b']), group(['c']));
    expect(single.series).toHaveLength(1);
    expect(single.bands).toEqual([]);
  });
});

describe('hiding runs of a group', () => {
  const lines = (...hidden: string[]) =>
    ['a', 'b', 'c'].map((id, index) => line(id, [index, 2 * index], { hidden: hidden.includes(id) }));

  it('changes no number, no word and no band', () => {
    for (const hidden of [['a'], ['a', 'c'], ['b']])
      expect(mergeSeeds(lines(...hidden), [group(['a', 'b', 'c'])])).toEqual(
        mergeSeeds(lines(), [group(['a', 'b', 'c'])]),
      );
  });

  it('hides the group once all of them are, and no other', () => {
    const groups = [group(['a', 'b']), group(['c'])];
    const { series, bands } = mergeSeeds(lines('a', 'b'), groups);
    expect(series.map(({ hidden }) => hidden)).toEqual([true, false]);
    expect(series[0]!.y).toEqual(mergeSeeds(lines(), groups).series[0]!.y);
    expect(bands).toEqual([]);
  });
});

describe('summarised lines', () => {
  // Bins of 8 iterations: first value and an extreme at the start, an extreme and the last value at the end.
  const summarised = (id: string, y: number[], iterations = [1, 1, 7, 7, 8, 8, 15, 15]) =>
    line(id, y, { iterations, x: iterations, bin: 8 });

  it('are averaged where every seed says its own value, their range covers the extremes', () => {
    const { line: merged, band } = merge([
      summarised('a', [0, -5, 9, 2, 2, 1, 8, 4]),
      summarised('b', [2, 7, -1, 4, 4, 3, 9, 6]),
    ]);
    expect(merged).toMatchObject({ iterations: [1, 7, 8, 15], y: [1, 3, 3, 5], counts: [2, 2, 2, 2] });
    // Two points are left of every four.
    expect(merged.bin).toBe(16);
    expect(band).toMatchObject({ low: [-5, -1, 1, 4], high: [7, 9, 4, 9] });
  });

  it('are not averaged where one that goes on says nothing, and go on when one has ended', () => {
    const { line: merged } = merge([
      summarised('a', [0, 0, 6, 6, 7, 7, 14, 14]),
      summarised('b', [2, 2, 8, 8, 9, 9, 10, 10], [1, 1, 7, 7, 8, 8, 10, 10]),
    ]);
    expect(merged).toMatchObject({ iterations: [1, 7, 8, 15], y: [1, 7, 8, 14], counts: [2, 2, 2, 1] });
    expect(merged.note).toBe('mean of 2 seeds (1 after iteration 8)');
  });
});
