import { describe, expect, test } from 'vitest';
import { filterLines } from '../../../../app/runs/_run/log-lines.ts';
import { describeLostWork } from '../../../../app/runs/_run/lost-work.ts';
import { runFigures } from '../../../../app/runs/_run/run-figures.ts';
import { timeLeft } from '../../../../app/runs/_run/run-model.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { LogLine } from '../../../../server/contract/views.ts';
import { makeEvaluation } from '../../../evaluation.ts';

const empty = { runId: 'run000', bin: 1, iterations: [], columns: {} };

describe('figures', () => {
  test('show the three levels before and after data, and drop levels a flat run does not report', () => {
    const before = runFigures(presetConfig('tiny'), empty, [], 'iteration', 'red');
    const labels = before.find(({ title }) => title === 'Advantage, mean')!.series.map(({ label }) => label);
    expect(labels).toEqual(['switch', 'sub-goal (high)', 'action (low)']);
    const flat = runFigures(
      presetConfig('tiny', { estimator: 'token-gae' }),
      { runId: 'run000', bin: 1, iterations: [1], columns: { 'advantageMean.low': [0.2] } },
      [],
      'iteration',
      'red',
    );
    const strata = runFigures(presetConfig('tiny', { estimator: 'strata' }), empty, [], 'iteration', 'red');
    expect(strata.find(({ title }) => title === 'Entropy')!.series.map(({ label }) => label)).toContain(
      'strategy (high)',
    );
    expect(flat.find(({ title }) => title === 'Advantage, mean')!.series.map(({ id }) => id)).toEqual([
      'advantageMean.low',
    ]);
  });

  test('say of every line of success how many episodes are behind it', () => {
    const evaluations = [
      makeEvaluation({ iteration: 0 }),
      makeEvaluation({ iteration: 0, split: 'valid_unseen', episodes: 20 }),
    ];
    const [success] = runFigures(presetConfig('tiny'), empty, evaluations, 'iteration', 'red');
    expect(success!.series.map(({ label, note }) => [label, note])).toEqual([
      ['training', 'n = 16 an iteration'],
      ['valid_seen', 'n = 140'],
      ['valid_unseen', 'n = 20'],
    ]);
  });

  test('draw a line without a level in the colour of the run', () => {
    const figures = runFigures(presetConfig('tiny'), empty, [], 'iteration', 'red');
    expect(figures.find(({ title }) => title === 'Reward')!.series[0]!.color).toBe('red');
  });

  test('stay the same set while data arrives', () => {
    const config = presetConfig('tiny');
    const after = runFigures(
      config,
      { runId: 'run000', bin: 1, iterations: [1], columns: { success: [1] } },
      [],
      'tokens',
      'red',
    );
    expect(after.map(({ title }) => title)).toEqual(
      runFigures(config, empty, [], 'tokens', 'red').map(({ title }) => title),
    );
  });

  test('leave out what the configuration cannot report', () => {
    const titles = (changes: Parameters<typeof presetConfig>[1]) =>
      runFigures(presetConfig('tiny', changes), empty, [], 'iteration', 'red').map(({ title }) => title);
    expect(titles({})).not.toContain('KL to warm start');
    expect(titles({ klCoefficient: 0.1 })).toContain('KL to warm start');
    expect(titles({ format: 'flat', estimator: 'turn-gae' })).not.toContain('Boundary share');
    expect(titles({ estimator: 'grpo' })).not.toContain('Value loss');
    expect(titles({})).not.toContain('Likeness of strategies');
    expect(titles({ estimator: 'strata' })).toContain('Likeness of strategies');
    expect(titles({ estimator: 'strata' })).not.toContain('Flagged turns');
    expect(titles({ estimator: 'strata', judge: 'rule' })).toContain('Flagged turns');
    const model = { policy: 'pretrained', model: 'm' } as const;
    expect(titles(model)).not.toContain('Malformed turns');
    expect(titles({ ...model, decoding: 'free' })).toContain('Malformed turns');
  });
});

test('time left comes from the pace, and its spread grows with what is left', () => {
  const pace = { mean: 2, deviation: 0.5, n: 4 };
  expect(timeLeft({ pace: null }, 0, 10)).toBeNull();
  expect(timeLeft({ pace }, 10, 10)).toEqual({ seconds: 0, spread: 0, n: 4 });
  expect(timeLeft({ pace }, 6, 10)).toEqual({ seconds: 8, spread: 0.5 * Math.sqrt(4 + 4), n: 4 });
});

test('cancelling says what is lost', () => {
  const say = (lastCheckpoint: number | null, iteration: number) =>
    describeLostWork({ state: 'running', iteration, lastCheckpoint, config: presetConfig('tiny') });
  expect(say(null, 0)).toContain('everything since the start');
  expect(say(4, 4)).toContain('the iteration in progress is lost');
  expect(say(2, 4)).toContain('2 iterations after it and the one in progress are lost');
  const start = { iteration: 0, lastCheckpoint: null };
  expect(describeLostWork({ ...start, state: 'queued', config: presetConfig('tiny') })).toContain(
    'nothing is lost',
  );
  const behind = { ...presetConfig('tiny'), policy: 'endpoint' as const };
  expect(describeLostWork({ ...start, state: 'running', config: behind })).toContain(
    'Finished episodes are kept',
  );
});

test('log lines are found by level and by words, terminal colours aside', () => {
  const lines: LogLine[] = [
    { seq: 1, time: 0, level: 'info', text: 'iteration 1' },
    { seq: 2, time: 0, level: 'warning', text: '\u001b[33mLoss\u001b[0m is large' },
    { seq: 3, time: 0, level: 'error', text: 'loss is NaN' },
  ];
  expect(filterLines(lines, 'all', '').length).toBe(3);
  expect(filterLines(lines, 'warning', 'loss IS').map(({ seq }) => seq)).toEqual([2, 3]);
  expect(filterLines(lines, 'all', '33m')).toEqual([]);
});
