import { describe, expect, it } from 'vitest';
import { verificationOf } from '../../../server/contract/board.ts';
import { ALFWORLD_TASK_TYPES } from '../../../server/contract/environments.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import { PUBLISHED_TRACES, presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfigInput } from '../../../server/contract/run-config.ts';
import { type Entrant, makeLeaderboard, type StatedEntrant } from '../../../server/stats/leaderboard.ts';
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
    name: config.name || `run ${count}`,
    config: full,
    parameters: 1000,
    evaluations,
    replays: [],
    parent: null,
    isImported: false,
  };
}

/** The rows of every ranking, one after the other. */
const rowsOf = (...board: Parameters<typeof makeLeaderboard>) =>
  makeLeaderboard(...board).rankings.flatMap(({ rows }) => rows);

/** One run a seed of one kappa, which won so many of 100 games; newest first, as the store lists them. */
const seeds = (kappa: number, successes: number[], changes: RunConfigInput = {}) =>
  successes
    .map((won, seed) => {
      const { iterations = 20 } = changes;
      return run({ kappa, seed, ...changes }, [evaluation(iterations, won)]);
    })
    .toReversed();

describe('makeLeaderboard', () => {
  it('is empty without a finished run', () => {
    expect(makeLeaderboard([])).toMatchObject({ protocols: [], protocol: null, rankings: [] });
  });

  it('takes the mean of the seeds of a config and medians over them', () => {
    const rows = rowsOf([
      run({ seed: 1 }, [evaluation(0, 10), evaluation(10, 60), evaluation(20, 80)]),
      run({ seed: 2 }, [evaluation(0, 10), evaluation(10, 40), evaluation(20, 90)]),
      run({ seed: 3 }, [evaluation(0, 10), evaluation(10, 85), evaluation(20, 70)]),
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      seeds: 3,
      episodes: 300,
      successes: 240,
      rank: 1,
      variant: '',
      iterationsTo: { '50': 10, '80': 20, '90': null },
      tokensTo: { '50': 10_000, '80': 20_000, '90': null },
      trainingSeconds: 40,
    });
    expect(rows[0]?.value).toBeCloseTo(0.8);
    expect(rows[0]?.bestSuccessRate).toBeCloseTo((0.8 + 0.9 + 0.85) / 3);
    // Of three seeds one in 27 resamples is the worst three times: its value is the end of the interval.
    expect(rows[0]?.interval).toEqual([expect.closeTo(0.7), expect.closeTo(0.9)]);
  });

  it('aggregates as asked: the IQM over task types and seeds, the median over seeds', () => {
    const scored = (successes: number, light: number) => {
      const byTaskType = {
        look_at_obj_in_light: { episodes: 50, successes: light },
        pick_and_place_simple: { episodes: 50, successes: successes - light },
      };
      return [evaluation(20, successes, { byTaskType })];
    };
    const runs = [
      run({ seed: 1 }, scored(30, 10)),
      run({ seed: 2 }, scored(50, 40)),
      run({ seed: 3 }, scored(90, 45)),
    ];
    expect(rowsOf(runs, { aggregate: 'median' })[0]?.value).toBeCloseTo(0.5);
    expect(rowsOf(runs)[0]?.value).toBeCloseTo(170 / 300);
    // 0.2 0.2 0.4 0.8 0.9 0.9 without one at either end.
    expect(rowsOf(runs, { aggregate: 'iqm' })[0]?.value).toBeCloseTo((0.2 + 0.4 + 0.8 + 0.9) / 4);
  });

  it('ranks by the score where every evaluation has one, and by episode length the shortest first', () => {
    const shop = (seed: number, kappa: number, score: number, episodeLength: number) =>
      run({ seed, kappa }, [evaluation(20, 50, { score, episodeLength })]);
    const runs = [1, 2, 3].flatMap((seed) => [shop(seed, 0.1, 0.9, 12), shop(seed, 0.2, 0.6, 5)]);
    expect(makeLeaderboard(runs).metrics).toEqual(['success', 'score', 'episodeLength']);
    const order = (metric: 'score' | 'episodeLength') =>
      rowsOf(runs, { metric }).map(({ value, rank, variant, firstBeatsIt }) => [
        rank,
        variant,
        value,
        firstBeatsIt,
      ]);
    expect(order('score')).toEqual([
      [1, 'kappa 0.1', expect.closeTo(0.9), null],
      [2, 'kappa 0.2', expect.closeTo(0.6), 1],
    ]);
    expect(order('episodeLength')).toEqual([
      [1, 'kappa 0.2', 5, null],
      [2, 'kappa 0.1', 12, 1],
    ]);
    const without = makeLeaderboard([...runs, run({ seed: 4 }, [evaluation(20, 50)])], { metric: 'score' });
    expect(without).toMatchObject({ metric: 'success', metrics: ['success', 'episodeLength'] });
  });

  it('counts the first run of a seed and shows the later ones', () => {
    const [row] = rowsOf([
      run({ seed: 1, name: 'lucky at last' }, [evaluation(20, 90)]),
      run({ seed: 1, name: 'again' }, [evaluation(20, 60)]),
      run({ seed: 1, name: 'first' }, [evaluation(20, 50)]),
    ]);
    expect(row).toMatchObject({ seeds: 1, successes: 50, runs: [{ name: 'first', value: 0.5 }] });
    expect(row?.reruns.map(({ name, value }) => [name, value])).toEqual([
      ['again', 0.6],
      ['lucky at last', 0.9],
    ]);
  });

  it('keeps a fork apart from runs of its config', () => {
    const fork = { ...run({ seed: 2 }, [evaluation(20, 60)]), parent: { id: 'bcdfgh', iteration: 5 } };
    const rows = rowsOf([fork, run({ seed: 1 }, [evaluation(20, 50)])]);
    expect(rows.map(({ variant, seeds }) => [variant, seeds])).toEqual([
      ['fork of bcdfgh at iteration 5', 1],
      ['', 1],
    ]);
  });

  it('names what tells entries of one estimator apart', () => {
    const rows = rowsOf([
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

  it('ranks rows of other training budgets apart, unless asked', () => {
    const runs = [
      ...seeds(0.5, [90, 91, 92]),
      ...seeds(0.5, [95, 96, 97], { iterations: 40 }),
      ...seeds(0.5, [70, 71, 72], { iterations: 40, episodesPerIteration: 48 }),
    ];
    const apart = makeLeaderboard(runs);
    expect(
      apart.rankings.map(({ budgetEpisodes, rows }) => [budgetEpisodes, rows.map(({ rank }) => rank)]),
    ).toEqual([
      [3840, [1]],
      [1920, [1, 2]],
    ]);
    const together = makeLeaderboard(runs, { budgets: 'together' });
    expect(together.rankings.map(({ budgetEpisodes }) => budgetEpisodes)).toEqual([null]);
    expect(together.rankings[0]?.rows.map(({ rank, budget }) => [rank, budget.episodes])).toEqual([
      [1, 3840],
      [2, 1920],
      [3, 1920],
    ]);
  });

  it('says of every row where its credit comes from', () => {
    const rows = rowsOf([run({}, [evaluation(20, 90)]), run({ ...PUBLISHED_TRACES }, [evaluation(20, 70)])], {
      budgets: 'together',
    });
    expect(rows.map(({ origin, variant }) => [origin, variant])).toEqual([
      ['as tuned here', ''],
      ['as published', ''],
    ]);
  });

  it('shares a rank where the interval overlaps with that of the rank’s first', () => {
    const rows = rowsOf([
      ...seeds(0.1, [80, 85, 90]),
      ...seeds(0.2, [75, 78, 81]),
      ...seeds(0.3, [70, 72, 79]),
      ...seeds(0.4, [69, 70, 71]),
      ...seeds(0.5, [10, 11, 12]),
    ]);
    // The third overlaps with the second, not with the first: it begins a rank of its own.
    expect(rows.map(({ rank }) => rank)).toEqual([1, 1, 3, 3, 5]);
  });

  it('gives a row of two seeds no rank and lets it move no other', () => {
    const rows = rowsOf([...seeds(0.1, [80, 85, 90]), ...seeds(0.2, [98, 99]), ...seeds(0.3, [20, 21, 22])]);
    expect(rows.map(({ rank, interval }) => [rank, interval === null])).toEqual([
      [null, true],
      [1, false],
      [2, false],
    ]);
    expect(rows.map(({ firstBeatsIt }) => firstBeatsIt)).toEqual([null, null, 1]);
  });

  it('never mixes protocols, prefers the one of most runs, and takes the one asked for', () => {
    const counts = { episodes: 100, successes: 99 };
    const runs = [
      run({ seed: 1 }, [evaluation(20, 50), evaluation(20, 70, { stepLimit: 50 })]),
      run({ seed: 2 }, [evaluation(20, 60)]),
      run({ seed: 3 }, [evaluation(20, 65, { split: 'valid_unseen' })]),
      run({ seed: 4 }, [evaluation(20, 99, { byTaskType: { look_at_obj_in_light: counts } })]),
      run({ seed: 5 }, [evaluation(20, 98, { gamesHash: '53c0' })]),
    ];
    const first = makeLeaderboard(runs);
    expect(first.protocol).toMatchObject({ split: 'valid_seen', stepLimit: 30, gamesHash: '' });
    expect(first.protocols).toHaveLength(5);
    expect(rowsOf(runs)).toMatchObject([{ seeds: 2, successes: 110 }]);
    expect(rowsOf(runs, { stepLimit: 50 })).toMatchObject([{ seeds: 1, successes: 70 }]);
    expect(rowsOf(runs, { gamesHash: '53c0' })).toMatchObject([{ seeds: 1, successes: 98 }]);
    expect(makeLeaderboard(runs, { stepLimit: 99 })).toMatchObject({ protocol: null, rankings: [] });
  });

  it('tells of every run whether its checkpoint came out alike when it was evaluated anew on these games', () => {
    const final = evaluation(20, 50, { gamesHash: '53c0' });
    const replayed = (seed: number, changes: Partial<Evaluation>) => ({
      ...run({ seed }, [final]),
      replays: [{ evaluation: { ...final, ...changes }, time: 9 }],
    });
    const [row] = rowsOf([
      replayed(1, {}),
      replayed(2, { successes: 51 }),
      replayed(3, { gamesHash: 'other' }),
    ]);
    expect(row?.runs.map(({ replay }) => replay)).toEqual([
      { value: 0.5, isAlike: true, time: 9 },
      { value: 0.51, isAlike: false, time: 9 },
      null,
    ]);
    expect(verificationOf(row!)).toBe('differs');
    expect(verificationOf({ runs: row!.runs.toSpliced(1, 1) })).toBe('unknown');
    expect(verificationOf({ runs: row!.runs.slice(0, 1) })).toBe('verified');
  });

  it('leaves out runs that were not evaluated at their end', () => {
    expect(makeLeaderboard([run({}, [evaluation(10, 90)])]).rankings).toEqual([]);
  });
});

describe('imported runs on a board', () => {
  const protocolOfRuns = makeLeaderboard(seeds(0.5, [50, 60, 70])).protocol!;
  let stated = 0;
  const imported = (rate: number, params: Record<string, string>, changes = {}): StatedEntrant => {
    stated += 1;
    const name = `import ${stated}, seed ${stated}`;
    return {
      ...{ id: name, ordinal: 1000 + stated, name, params, rate, metric: 'val/success', step: 150 },
      protocol: { ...protocolOfRuns, ...changes },
    };
  };

  it('are ranked by themselves below what was played here, runs of one method as seeds', () => {
    const grpo = [0.8, 0.9, 1].map((rate, seed) => imported(rate, { seed: String(seed), method: 'grpo' }));
    const ppo = [0.1, 0.1, 0.2].map((rate, seed) => imported(rate, { seed: String(seed), method: 'ppo' }));
    const { rankings, metrics } = makeLeaderboard(
      seeds(0.5, [50, 60, 70]),
      {},
      [...grpo, ...ppo].toReversed(),
    );
    expect(rankings.map(({ isStated, rows }) => [isStated, rows.map(({ rank }) => rank)])).toEqual([
      [false, [1]],
      [true, [1, 2]],
    ]);
    expect(rankings[1]!.rows[0]).toMatchObject({
      ...{ isStated: true, isTrained: false, estimator: null, seeds: 3, episodes: 300, successes: 270 },
      ...{ origin: 'imported, as stated', title: 'import 1' },
      runs: [{ isImported: true, seed: 0, value: 0.8, replay: null }, {}, {}],
    });
    expect(rankings[1]!.rows[0]!.value).toBeCloseTo(0.9);
    expect(metrics).toContain('episodeLength');
  });

  it('say nothing but success', () => {
    const board = makeLeaderboard(seeds(0.5, [50, 60]), { metric: 'episodeLength' }, [imported(0.9, {})]);
    expect(board.rankings.map(({ isStated }) => isStated)).toEqual([false]);
  });

  it('are on their own board where nothing was played under what they state', () => {
    const alone = makeLeaderboard([], {}, [imported(0.9, {}, { stepLimit: 99 }), imported(0.7, {})]);
    expect(alone.protocols.map(({ stepLimit }) => stepLimit)).toEqual([99, protocolOfRuns.stepLimit]);
    expect(alone).toMatchObject({ metrics: ['success'], protocol: { stepLimit: 99 } });
    expect(alone.rankings).toMatchObject([{ isStated: true, rows: [{ seeds: 1, rank: null, value: 0.9 }] }]);
    const beside = makeLeaderboard(seeds(0.5, [50]), {}, [imported(0.9, {}, { stepLimit: 99 })]);
    expect(beside.protocols).toHaveLength(2);
    expect(beside.rankings.map(({ isStated }) => isStated)).toEqual([false]);
  });

  it('without a seed are rows of their own; of a seed twice the first counts', () => {
    const board = makeLeaderboard([], {}, [
      imported(0.9, { seed: '1', lr: '1' }),
      imported(0.2, { seed: '1', lr: '1' }),
      imported(0.5, { lr: '1' }),
      imported(0.4, { lr: '1' }),
    ]);
    expect(board.rankings[0]!.rows.map(({ seeds, value, reruns }) => [seeds, value, reruns.length])).toEqual([
      [1, 0.5, 0],
      [1, 0.4, 0],
      [1, 0.2, 1],
    ]);
  });
});
