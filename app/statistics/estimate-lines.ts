import type { Estimate } from '../../server/stats/score-statistics.ts';
import type { LineBand, LineSeries } from '../_charts/line-series.ts';
import { countWords } from '../compare/group-words.ts';
import type { RunGroup } from '../compare/run-groups.ts';

/** Estimates along an axis as a line a group with its interval as a band; groups without any are left out. */
export function estimateLines(
  groups: readonly RunGroup[],
  of: (group: RunGroup) => readonly { x: number; estimate: Estimate }[] | undefined,
  points = false,
): { series: LineSeries[]; bands: LineBand[] } {
  const series: LineSeries[] = [];
  const bands: LineBand[] = [];
  for (const group of groups) {
    const estimates = of(group) ?? [];
    if (estimates.length === 0) continue;
    const { id, label, runIds, trainings, unit, style } = group;
    const x = estimates.map((point) => point.x);
    series.push({
      ...{ id, label, x, points, color: style.color, dash: style.dash, owns: runIds, smooth: false },
      note: `n = ${countWords(new Set(trainings).size, unit, runIds.length)}`,
      y: estimates.map(({ estimate }) => estimate.value),
    });
    if (estimates.some(({ estimate }) => estimate.interval))
      bands.push({
        ...{ id, x, color: style.color, label: `95 % bootstrap interval of ${label}` },
        low: estimates.map(({ estimate }) => estimate.interval?.[0] ?? null),
        high: estimates.map(({ estimate }) => estimate.interval?.[1] ?? null),
      });
  }
  return { series, bands };
}
