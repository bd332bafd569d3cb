import { describe, expect, it } from 'vitest';
import { assignRunStyles } from '../../../app/_charts/run-colors.ts';
import { groupRuns } from '../../../app/compare/run-groups.ts';
import { groupNote } from '../../../app/statistics/group-note.ts';
import { pairsOf, scoreGroups } from '../../../app/statistics/score-groups.ts';
import { chooseMetric } from '../../../app/statistics/score-metric.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { ScoredRun } from '../../../server/contract/views.ts';
import { makeEvaluation } from '../../evaluation.ts';

/** A run that won so many of ten games of two task types at each of its evaluations, by iteration. */
const run = (id: string, seed: number, won: Record<number, [number, number]>, kappa = 0): ScoredRun => ({
  ...{
    id,
    ordinal: id.charCodeAt(0),
    name: id,
    finished: true,
    foreign: null,
    isImported: false,
    stated: null,
  },
  config: presetConfig('tiny', { seed, kappa }),
  evaluations: Object.entries(won).map(([iteration, [first, second]]) =>
    makeEvaluation({
      iteration: Number(iteration),
      trainingEpisodes: 100 * Number(iteration),
      byTaskType: {
        pick_two_obj_and_place: { episodes: 10, successes: second },
        look_at_obj_in_light: { episodes: 10, successes: first },
      },
    }),
  ),
});

const runs = [
  run('a', 1, { 0: [0, 0], 10: [4, 8], 20: [5, 10] }),
  run('b', 2, { 0: [1, 1], 20: [7, 9] }),
  run('c', 2, { 0: [1, 1], 20: [5, 7] }),
  run('d', 1, { 0: [0, 0], 10: [1, 2] }, 1),
];
const groups = groupRuns(runs, assignRunStyles(runs));

describe('scores of groups', () => {
  const [first, second] = scoreGroups(runs, groups, 'episodes');

  it('stand by task type and training, at the latest evaluation; a training that ran twice counts once', () => {
    expect(first!.scores).toEqual([
      [0.5, 0.6],
      [1, 0.8],
    ]);
    expect(second!.scores).toEqual([[0.1], [0.2]]);
  });

  it('along training stand where all runs of the group were evaluated', () => {
    expect(first!.curve.map(({ x }) => x)).toEqual([0, 2000]);
    expect(first!.curve[1]!.scores).toEqual(first!.scores);
    expect(second!.curve.map(({ x }) => x)).toEqual([0, 1000]);
  });

  it('of a run of another trainer are the rate that its owner states, and nothing more', () => {
    const foreign = (id: string, params: Record<string, string>, rate: number): ScoredRun => ({
      ...{
        id,
        ordinal: 9,
        name: `verl ${id}`,
        config: null,
        isImported: true,
        finished: true,
        evaluations: [],
      },
      foreign: { source: 'log', experiment: null, params },
      stated: { rate, metric: 'val/success', episodes: 128 },
    });
    const imported = [foreign('x', { lr: '1', seed: '1' }, 0.25), foreign('y', { lr: '1', seed: '2' }, 0.75)];
    const all = [...imported, ...runs];
    const made = groupRuns(all, assignRunStyles(all), ['kappa']);
    // Never in a group with runs from here.
    expect(made.map(({ runIds }) => runIds)).toEqual([['x', 'y'], ['a', 'b', 'c'], ['d']]);
    const [stated, own] = scoreGroups(all, made, 'episodes');
    expect(stated).toEqual({ id: 'group x', scores: [[0.25, 0.75]], overall: [0.25, 0.75], curve: [] });
    expect(own!.scores).toEqual(first!.scores);
    expect(groupNote(imported)).toBe(
      'imported, as stated: last val/success, of 128 games a run; by task type unknown',
    );
    // Of another metric it is another group.
    const other = { ...imported[1]!, stated: { rate: 1, metric: 'train/success', episodes: 128 } };
    expect(groupRuns([imported[0]!, other], assignRunStyles(all))).toHaveLength(2);
  });

  it('of a metric that is not told by task type are one row', () => {
    const withScore = (run: ScoredRun, score: number): ScoredRun => ({
      ...run,
      evaluations: run.evaluations.map((evaluation) => ({ ...evaluation, score })),
    });
    const scored = [withScore(runs[0]!, 0.5), withScore(runs[1]!, 0.75)];
    const chosen = chooseMetric([...scored, runs[2]!], 'score');
    expect(chosen).toEqual({ metric: 'score', runs: scored });
    const [group] = scoreGroups(scored, groupRuns(scored, assignRunStyles(scored)), 'episodes', 'score');
    expect(group).toMatchObject({ scores: [[0.5, 0.75]], overall: [0.5, 0.75] });
    expect(group!.curve[0]!.scores).toEqual([[0.5, 0.75]]);
    // Nobody has any: then it is success.
    expect(chooseMetric(runs, 'score')).toEqual({ metric: 'success', runs });
  });

  it('say how many of a group came from another lab', () => {
    expect(groupNote(runs)).toBe('');
    expect(groupNote([{ ...runs[0]!, isImported: true }, runs[1]!])).toBe(
      '1 of 2 runs imported from another lab',
    );
  });

  it('are compared in pairs while these are few, else with the first', () => {
    expect(pairsOf(['a', 'b', 'c'])).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'c'],
    ]);
    const many = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(pairsOf(many)).toEqual(many.slice(1).map((other) => ['a', other]));
    expect(pairsOf(['a'])).toEqual([]);
  });
});
