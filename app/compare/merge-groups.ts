import { type Band, bandOf, bandOfDifference } from '../../server/stats/bands.ts';
import { type Center, centerOf, mean } from '../../server/stats/centers.ts';
import type { LineBand, LineSeries } from '../_charts/line-series.ts';
import { BAND_WORDS, CENTER_WORDS, groupWords } from './group-words.ts';
import { type LineReader, lineReader } from './line-reader.ts';
import type { RunGroup } from './run-groups.ts';

/** How groups are drawn. */
export interface GroupDrawing {
  center: Center;
  band: Band;
  /** Their single runs as thin lines behind. */
  members: boolean;
  /** Differences to the first group in their place. */
  difference: boolean;
}

/**
 * The lines of runs as one line a group: at every iteration the center of the trainings that have a value there, with a band
 * around it. A training is the mean of its runs. Hidden runs count like all others: hiding changes what is drawn, never a number; a
 * group is hidden when all of its runs are. Not-a-number makes the center not-a-number.
 */
export function mergeGroups(
  lines: readonly LineSeries[],
  groups: readonly RunGroup[],
  drawing: GroupDrawing,
): { series: LineSeries[]; bands: LineBand[] } {
  if (drawing.difference) return groupDifferences(lines, groups, drawing);
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  const thin: LineSeries[] = [];
  for (const group of groups) {
    const own = lines.filter((line) => group.runIds.includes(line.id));
    const first = own[0];
    if (!first) continue;
    const merged = mergeLines(own, (line) => group.trainings[group.runIds.indexOf(line.id)]!, drawing);
    const { color, dash } = group.style;
    // Two points a bin are left of four: four of them summarise twice as many iterations.
    const bin = first.bin !== undefined && first.bin > 1 ? 2 * first.bin : first.bin;
    const hidden = own.every((line) => line.hidden);
    const { iterations, x, y, low, high, counts } = merged;
    const note = groupWords({
      ...{ counts, iterations, center: drawing.center, unit: group.unit, runs: group.runIds.length },
      trainings: new Set(group.trainings).size,
    });
    series.push({
      ...first,
      ...{ id: group.id, label: group.label, note, hidden, color, dash, bin, iterations, x, y, counts },
      owns: group.runIds,
    });
    if (!hidden && drawing.band !== 'none' && Math.max(0, ...counts) > 1)
      bands.push({
        ...{ id: group.id, x, low, high, color },
        label: `${BAND_WORDS[drawing.band]} of ${group.label}`,
      });
    if (drawing.members && own.length > 1)
      thin.push(...own.map((line) => ({ ...line, color, dash: [], points: false, faint: true })));
  }
  return { series: [...series, ...thin], bands };
}

interface MergedLine {
  iterations: number[];
  x: (number | null)[];
  y: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
  /** Trainings behind each point. */
  counts: number[];
  /** Their values. */
  values: number[][];
}

/**
 * For every group but the first a line: its center less that of the first group, wherever both have a value, with a band that both make.
 * Nothing where the first group says nothing.
 */
function groupDifferences(
  lines: readonly LineSeries[],
  groups: readonly RunGroup[],
  drawing: GroupDrawing,
): { series: LineSeries[]; bands: LineBand[] } {
  const mergedOf = (group: RunGroup) => {
    const own = lines.filter((line) => group.runIds.includes(line.id));
    const trainingOf = (line: LineSeries) => group.trainings[group.runIds.indexOf(line.id)]!;
    return { own, merged: mergeLines(own, trainingOf, drawing) };
  };
  const [first, ...others] = groups;
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  if (!first) return { series, bands };
  const baseline = mergedOf(first).merged;
  const { center, band } = drawing;
  for (const group of others) {
    const { own, merged } = mergedOf(group);
    const points = merged.iterations.flatMap((iteration, row) => {
      const against = baseline.values[baseline.iterations.indexOf(iteration)] ?? [];
      const values = merged.values[row]!;
      if (values.length === 0 || against.length === 0) return [];
      const y = centerOf(center, values) - centerOf(center, against);
      const edges = bandOfDifference(band, center, values, against);
      return { iteration, y, x: merged.x[row]!, edges, count: Math.min(values.length, against.length) };
    });
    if (points.length === 0) continue;
    const { id, label, style, runIds } = group;
    const hidden = own.every((line) => line.hidden);
    const x = points.map((point) => point.x);
    series.push({
      ...own[0]!,
      ...{ id, label, hidden, x, owns: runIds, color: style.color, dash: style.dash },
      note: `${CENTER_WORDS[center]} less that of ${first.label}`,
      iterations: points.map(({ iteration }) => iteration),
      y: points.map(({ y }) => y),
      counts: points.map(({ count }) => count),
    });
    if (!hidden && points.some(({ edges }) => edges))
      bands.push({
        ...{ id, x, color: style.color, label: `${BAND_WORDS[band]} of the difference of ${label}` },
        low: points.map(({ edges }) => edges?.[0] ?? null),
        high: points.map(({ edges }) => edges?.[1] ?? null),
      });
  }
  return { series, bands };
}

type Part = 'x' | 'y' | 'low' | 'high';

function mergeLines(
  lines: readonly LineSeries[],
  trainingOf: (line: LineSeries) => string,
  { center, band }: GroupDrawing,
): MergedLine {
  const byTraining = new Map<string, LineReader[]>();
  for (const line of lines)
    byTraining.set(trainingOf(line), [...(byTraining.get(trainingOf(line)) ?? []), lineReader(line)]);
  const trainings = [...byTraining.values()];
  const readers = trainings.flat();
  // A center of what some said and others are only drawn through would be no number of anybody's.
  const iterations = [...new Set(readers.flatMap((reader) => reader.iterations))]
    .filter((iteration) => !readers.some((reader) => reader.leavesOut(iteration)))
    .sort((a, b) => a - b);
  const merged: MergedLine = { iterations, x: [], y: [], low: [], high: [], counts: [], values: [] };
  let before: (number | null)[] = [];
  for (const iteration of iterations) {
    const read = (part: Part) =>
      trainings.map((runs) => meanKnown(runs.map((run) => run.at(iteration)?.[part] ?? null)));
    const places = read('x');
    merged.x.push(nextPlace(merged.x.at(-1) ?? null, before, places));
    before = places;
    const values = read('y').filter((value) => value !== null);
    merged.y.push(values.length === 0 ? null : centerOf(center, values));
    merged.counts.push(values.length);
    merged.values.push(values);
    const edges = values.length === 0 ? null : edgesOf(band, center, values, read);
    merged.low.push(edges?.[0] ?? null);
    merged.high.push(edges?.[1] ?? null);
  }
  return merged;
}

/** The band at an iteration; a range covers the extremes that summarised lines tell there, too. */
function edgesOf(
  band: Band,
  center: Center,
  values: readonly number[],
  read: (part: Part) => (number | null)[],
): readonly [number, number] | null {
  if (band !== 'range') return bandOf(band, center, values);
  const known = (part: Part) => read(part).filter((value) => value !== null);
  return [Math.min(...known('low')), Math.max(...known('high'))];
}

/**
 * Where the next point lies: as much further as the trainings that go on have come on average. The mean of their places alone would
 * jump back when one that used more tokens an iteration than the others ends.
 */
function nextPlace(
  last: number | null,
  before: readonly (number | null)[],
  now: readonly (number | null)[],
): number | null {
  const step = meanKnown(
    now.map((place, index) => {
      const earlier = before[index] ?? null;
      return place === null || earlier === null ? null : place - earlier;
    }),
  );
  return last === null || step === null ? meanKnown(now) : last + step;
}

/** Of the values that are there; null where none is. */
function meanKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}
