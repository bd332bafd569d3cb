import { describe, expect, it } from 'vitest';
import type { RunGroup } from '../../../app/compare/run-groups.ts';
import {
  aggregatePanels,
  type ComputedStatistics,
  improvementPanels,
  statisticsCsv,
  statisticsJson,
} from '../../../app/statistics/export-statistics.ts';
import { intervalSvg } from '../../../app/statistics/interval-paper.ts';
import {
  type ScoreStatistics,
  type StatisticsRequest,
  scoreStatistics,
} from '../../../server/stats/score-statistics.ts';

const group = (id: string, label: string): RunGroup => ({
  ...{ id, label, runIds: [`run of ${id}`], trainings: ['1'], unit: 'seed' },
  style: { color: 'var(--run-1)', dash: [], marker: 'circle' },
});
const scores = [
  [0.5, 0.75],
  [1, 0.5],
];
const request: StatisticsRequest = {
  groups: [
    { id: 'a', scores, overall: [], curve: [{ x: 10, scores }] },
    { id: 'b', scores: [[0.25], [0]], overall: [], curve: [] },
  ],
  ...{ pairs: [['a', 'b']], thresholds: [0, 0.5], profileOf: 'runs', seed: 1, repetitions: 100 },
};
const computed: ComputedStatistics = {
  metric: 'success',
  groups: [group('a', 'HiPER, "tuned"'), group('b', 'Flat <PPO>')],
  request,
  result: Object.assign({}, ...scoreStatistics(request)) as ScoreStatistics,
};

describe('files of the statistics page', () => {
  it('hold every number with its interval, one a row', () => {
    const [head, ...rows] = statisticsCsv(computed).trim().split('\n');
    expect(head).toBe('statistic,group,over,x,value,low,high');
    // Four aggregates and two thresholds of both groups, one point of a curve, one pair.
    expect(rows).toHaveLength(2 * (4 + 2) + 1 + 1);
    expect(rows[2]).toMatch(/^mean,"HiPER, ""tuned""",,,0\.6875,0\.\d+,0\.\d+$/);
    expect(rows.at(-1)).toBe('improvement,"HiPER, ""tuned""",Flat <PPO>,,1,,');
    const scored = statisticsCsv({ ...computed, metric: 'score' }).split('\n');
    expect(scored.filter((row) => row.startsWith('median'))).toEqual([]);
    const read = JSON.parse(statisticsJson(computed, 'here'));
    expect(read).toMatchObject({ source: 'here', request: { seed: 1 }, result: computed.result });
  });

  it('draw intervals to scale, within the panel, names once', () => {
    const svg = intervalSvg('Aggregates', aggregatePanels(computed), '95 %', 'here', () => '#d55e00');
    for (const title of ['IQM', 'Median', 'Mean', 'Optimality gap'])
      expect(svg).toContain(`>${title}</text>`);
    expect(svg.match(/Flat &lt;PPO&gt;/g)).toHaveLength(1);
    // Of a single run there is a value and no interval.
    expect(svg.match(/opacity="0.35"/g)).toHaveLength(4);
    expect(svg).not.toMatch(/NaN|var\(/);
    const [panel] = improvementPanels(computed);
    expect(panel).toMatchObject({ mark: 0.5, rows: [{ label: 'HiPER, "tuned" > Flat <PPO>', value: 1 }] });
  });
});
