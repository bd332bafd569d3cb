import { describe, expect, it } from 'vitest';
import { ALFWORLD_TASK_TYPES } from '../../../server/contract/environments.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import { PUBLISHED_TRACES, presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { type Entrant, makeLeaderboard } from '../../../server/stats/leaderboard.ts';
import { makeEvaluation } from '../../evaluation.ts';

const evaluation = (iteration: number, successes: number, changes: Partial<Evaluation> = {}): Evaluation =>
  makeEvaluation({
    iteration,
    games: 'real',
    episodes: 100,
    successes,
    episodeLength: 10,
    byTaskType: Object.fromEntries(ALFWORLD_TASK_TYPES.map((type) => [type, { episodes: 1, successes: 1 }])),
    trainingEpisodes: iteration * 10,
    trainingTokens: iteration * 1000,
    trainingSeconds: iteration * 2,
    ...changes,
  });

let count = 0;
function run(config: RunConfigInput, evaluations: Evaluation[]): Entrant {
  count += 1;
  const full = presetConfig('quick', { iterations: 20, ...config });
  return {
    id: `run${count}`,
    ordinal: count,
    name: `run ${count}`,
    config: full,
    parameters: 1000,
    evaluations,
  };
}

describe('makeLeaderboard', () => {
  it('is empty without a finished run', () => {
    expect(makeLeaderboard([])).toEqual({ protocols: [], protocol: null, rows: [] });
  });

  it('pools the seeds of a config and takes medians over them', () => {
    const { rows } = makeLeaderboard([
      run({ seed: 1 }, [evaluation(0, 10), evaluation(10, 60), evaluation(20, 80)]),
      run({ seed: 2 }, [evaluation(0, 10), evaluation(10, 40), evaluation(20, 90)]),
      run({ seed: 3 }, [evaluation(0, 10), evaluation(10, 85), evaluation(20, 70)]),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      seeds: 3,
      episodes: 300,
      successes: 240,
      successRate: 0.8,
      rank: 1,
      variant: '',
      iterationsTo: { '50': 10, '80': 20, '90': null },
      tokensTo: { '50': 10_000, '80': 20_000, '90': null },
      trainingSeconds: 40,
    });
    expect(rows[0]?.bestSuccessRate).toBeCloseTo((0.8 + 0.9 + 0.85) / 3);
    expect(rows[0]?.interval[0]).toBeGreaterThan(0.74);
  });

  it('describes the spread of three seeds or more, and how often the first row wins', () => {
    const scored = (successes: number) => {
      const byTaskType = { look_at_obj_in_light: { episodes: 100, successes } };
      return [evaluation(20, successes, { byTaskType })];
    };
    const runs = (kappa: number, successes: number[]) =>
      successes.map((won, seed) => run({ kappa, seed }, scored(won)));
    const { rows } = makeLeaderboard([
      ...runs(0, [50, 60, 70, 80]),
      ...runs(0.5, [75, 40, 30]),
      ...runs(1, [10, 20]),
    ]);
    expect(rows.map(({ iqm }) => iqm?.value)).toEqual([
      expect.closeTo(0.65, 9),
      expect.closeTo(145 / 300, 9),
      undefined,
    ]);
    const [low, high] = rows[0]?.iqm?.interval ?? [];
    expect(low).toBeLessThan(0.65);
    expect(high).toBeGreaterThan(0.65);
    expect(rows.map(({ firstBeatsIt }) => firstBeatsIt)).toEqual([null, (1 + 4 + 4) / 12, null]);
  });

  it('counts a seed once: its newest run', () => {
    const { rows } = makeLeaderboard([
      run({ seed: 1 }, [evaluation(20, 50)]),
      run({ seed: 1 }, [evaluation(20, 90)]),
    ]);
    expect(rows[0]).toMatchObject({ seeds: 1, successes: 50, setAside: 1 });
  });

  it('names what tells entries of one estimator apart', () => {
    const { rows } = makeLeaderboard([
      run({ kappa: 0, name: 'ignored' }, [evaluation(20, 50)]),
      run({ kappa: 1 }, [evaluation(20, 90)]),
      run({ estimator: 'token-gae' }, [evaluation(20, 10)]),
    ]);
    expect(rows.map(({ estimator, variant }) => [estimator, variant])).toEqual([
      ['hae', 'kappa 1'],
      ['hae', 'kappa 0'],
      ['token-gae', ''],
    ]);
  });

  it('says of every row where its credit comes from and what it was trained with', () => {
    const { rows } = makeLeaderboard([
      run({}, [evaluation(20, 90)]),
      run({ iterations: 10 }, [evaluation(10, 80)]),
      run({ ...PUBLISHED_TRACES }, [evaluation(20, 70)]),
      run({ estimator: 'token-gae', episodesPerIteration: 48 }, [evaluation(20, 60)]),
    ]);
    expect(rows.map(({ origin, variant }) => [origin, variant])).toEqual([
      ['as tuned here', ''],
      ['as tuned here', ''],
      ['as published', ''],
      ['as published', ''],
    ]);
    expect(rows.map(({ budget }) => `${budget.iterations} of ${budget.episodesPerIteration}`)).toEqual([
      '20 of 96',
      '10 of 96',
      '20 of 96',
      '20 of 48',
    ]);
  });

  it('tells rows of three seeds apart only where the luck of training does too', () => {
    // 1,000 games a seed: the success rates are apart by far, the spread between trainings is not.
    const seeds = (kappa: number, rates: number[]) =>
      rates.map((successes, seed) => {
        const counts = { episodes: 1000, successes };
        return run({ kappa, seed }, [evaluation(20, successes, { ...counts, byTaskType: { any: counts } })]);
      });
    const lucky = seeds(0.1, [900, 500, 800]);
    const overlapping = makeLeaderboard([...lucky, ...seeds(0.2, [850, 450, 600])]).rows;
    expect(overlapping[1]!.interval[1]).toBeLessThan(overlapping[0]!.interval[0]);
    expect(overlapping.map(({ rank }) => rank)).toEqual([1, 1]);
    const apart = makeLeaderboard([...lucky, ...seeds(0.2, [300, 310, 290])]).rows;
    expect(apart.map(({ rank }) => rank)).toEqual([1, 2]);
    // Two seeds say nothing about the spread: the games drawn decide alone.
    const few = makeLeaderboard([...lucky, ...seeds(0.2, [850, 450])]).rows;
    expect(few.map(({ rank }) => rank)).toEqual([1, 2]);
  });

  it('shares a rank where intervals overlap with the rank’s first', () => {
    const { rows } = makeLeaderboard([
      run({ kappa: 0.1 }, [evaluation(20, 90)]),
      run({ kappa: 0.2 }, [evaluation(20, 85)]),
      run({ kappa: 0.3 }, [evaluation(20, 60)]),
      run({ kappa: 0.4 }, [evaluation(20, 55)]),
    ]);
    expect(rows.map(({ rank }) => rank)).toEqual([1, 1, 3, 3]);
  });

  it('never mixes protocols, prefers the one of most runs, and takes the one asked for', () => {
    const counts = { episodes: 100, successes: 99 };
    const runs = [
      run({ seed: 1 }, [evaluation(20, 50), evaluation(20, 70, { stepLimit: 50 })]),
      run({ seed: 2 }, [evaluation(20, 60)]),
      run({ seed: 3 }, [evaluation(20, 65, { split: 'valid_unseen' })]),
      run({ seed: 4 }, [evaluation(20, 99, { byTaskType: { look_at_obj_in_light: counts } })]),
    ];
    const first = makeLeaderboard(runs);
    expect(first.protocol).toMatchObject({ split: 'valid_seen', stepLimit: 30 });
    expect(first.protocols).toHaveLength(4);
    expect(first.rows[0]).toMatchObject({ seeds: 2, successes: 110 });
    expect(makeLeaderboard(runs, { stepLimit: 50 }).rows[0]).toMatchObject({ seeds: 1, successes: 70 });
    expect(makeLeaderboard(runs, { stepLimit: 99 })).toMatchObject({ protocol: null, rows: [] });
  });

  it('leaves out runs that were not evaluated at their end', () => {
    expect(makeLeaderboard([run({}, [evaluation(10, 90)])]).rows).toEqual([]);
  });
});
