import { describe, expect, it } from 'vitest';
import { AGGREGATES, performanceProfile } from '../../../server/stats/aggregates.ts';
import type { Scores } from '../../../server/stats/bootstrap.ts';
import {
  type Estimate,
  type ScoreStatistics,
  type StatisticsRequest,
  scoreStatistics,
} from '../../../server/stats/score-statistics.ts';
import golden from './rliable/rliable.json' with { type: 'json' };

const names = ['strong', 'middling', 'weak', 'few'] as const;
type Name = (typeof names)[number];
const pairs = Object.keys(golden.improvement).map((pair) => pair.split(',') as [Name, Name]);

const request: StatisticsRequest = {
  groups: names.map((id) => ({
    id,
    scores: golden.scores[id],
    overall: [],
    curve: golden.frames[id].map((scores, x) => ({ x, scores })),
  })),
  pairs,
  thresholds: golden.taus,
  profileOf: 'runs',
  seed: 1,
  repetitions: 5000,
};

const compute = (changes: Partial<StatisticsRequest> = {}) =>
  Object.assign({}, ...scoreStatistics({ ...request, ...changes })) as ScoreStatistics;

/** Values are rliable's to six digits; intervals, drawn by another generator, to the noise of their quantiles. */
function expectEstimate(own: Estimate, value: number, [low, high]: number[], tolerance: number) {
  expect(own.value).toBeCloseTo(value, 5);
  expect(Math.abs(own.interval![0] - low!)).toBeLessThanOrEqual(tolerance);
  expect(Math.abs(own.interval![1] - high!)).toBeLessThanOrEqual(tolerance);
}

describe('what rliable says of the same scores', () => {
  const own = compute();

  it.each(names)('IQM, median, mean and optimality gap of %s', (name) => {
    for (const aggregate of AGGREGATES) {
      const { value, interval } = golden.aggregates[name][aggregate];
      expectEstimate(own.aggregates[name]![aggregate], value, interval, 0.013);
    }
  });

  it.each(pairs)('probability that %s does better than %s', (a, b) => {
    const { estimate } = own.improvement.find(({ pair }) => pair[0] === a && pair[1] === b)!;
    const { value, interval } = golden.improvement[`${a},${b}` as keyof typeof golden.improvement];
    expectEstimate(estimate, value, interval, 0.02);
  });

  it.each(names)('performance profiles of %s, of runs and of tasks', (name) => {
    const groups = request.groups.filter(({ id }) => id === name).map((group) => ({ ...group, curve: [] }));
    const tasks = compute({ profileOf: 'tasks', groups, pairs: [], repetitions: 1 });
    for (const [kind, profile] of [
      ['runs', own],
      ['tasks', tasks],
    ] as const) {
      const { share, interval } = golden.profiles[kind][name];
      // One task more or less is a sixth.
      const tolerance = kind === 'runs' ? 0.04 : 1 / 6 + 1e-5;
      profile.profiles[name]!.forEach((estimate, index) => {
        expectEstimate(estimate, share[index]!, [interval[0]![index]!, interval[1]![index]!], tolerance);
      });
    }
  });

  it.each(names)('sample efficiency of %s', (name) => {
    const { value, interval } = golden.curves[name];
    own.curves[name]!.forEach(({ estimate }, index) => {
      expectEstimate(estimate, value[index]!, [interval[0]![index]!, interval[1]![index]!], 0.03);
    });
  });
});

describe('the numbers of a group', () => {
  it('are the same for the same seed, whoever stands beside it, and others for another', () => {
    const short = { repetitions: 200 };
    const alone = compute({ groups: request.groups.slice(0, 1), pairs: [], ...short });
    const all = compute(short);
    expect(alone.aggregates.strong).toEqual(all.aggregates.strong);
    expect(alone.profiles.strong).toEqual(all.profiles.strong);
    expect(alone.curves.strong).toEqual(all.curves.strong);
    expect(compute({ seed: 2, ...short }).aggregates.strong).not.toEqual(all.aggregates.strong);
  });

  it('have no interval for a single run', () => {
    const scores: Scores = [[0.5], [1]];
    const { aggregates, curves, improvement } = compute({
      groups: [
        { id: 'one', scores, overall: [0.75], curve: [{ x: 0, scores }] },
        { id: 'other', scores: [[0.5], [0.25]], overall: [0.375], curve: [] },
      ],
      pairs: [['one', 'other']],
    });
    expect(aggregates.one).toMatchObject({ mean: { value: 0.75, interval: null } });
    expect(curves.one).toEqual([{ x: 0, estimate: { value: 0.75, interval: null } }]);
    expect(improvement[0]!.estimate).toEqual({ value: 0.75, interval: null });
  });

  it('are held against those of a group without task types over all of them together', () => {
    const { improvement } = compute({
      groups: [
        {
          id: 'known',
          scores: [
            [0, 0],
            [1, 1],
          ],
          overall: [0.6, 0.7],
          curve: [],
        },
        { id: 'stated', scores: [[0.65]], overall: [0.65], curve: [] },
      ],
      pairs: [['known', 'stated']],
      repetitions: 10,
    });
    expect(improvement[0]!.estimate).toEqual({ value: 0.5, interval: null });
  });

  it('fall along a profile, which counts what is above a threshold, not at it', () => {
    expect(
      performanceProfile(
        [
          [0, 0.5],
          [0.5, 1],
        ],
        [0, 0.5, 1],
      ),
    ).toEqual([0.75, 0.25, 0]);
    expect(
      performanceProfile(
        [
          [0, 1],
          [1, 1],
        ],
        [0.5, 0.75],
        'tasks',
      ),
    ).toEqual([0.5, 0.5]);
  });
});
