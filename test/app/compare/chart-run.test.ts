import { describe, expect, it } from 'vitest';
import { evaluationSummaryWords } from '../../../app/_charts/summary-note.tsx';
import {
  type ChartRun,
  curveProtocols,
  evaluationLines,
  metricLines,
} from '../../../app/compare/chart-run.ts';
import { protocolRows } from '../../../app/compare/protocols.ts';
import type { Evaluation } from '../../../server/contract/events.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import { makeEvaluation } from '../../evaluation.ts';

const evaluation = (iteration: number, changes: Partial<Evaluation> = {}): Evaluation =>
  makeEvaluation({
    iteration,
    games: 'real',
    trainingEpisodes: iteration * 96,
    trainingTokens: iteration * 1000,
    trainingSeconds: iteration * 8,
    ...changes,
  });

const run = (id: string, changes: Partial<ChartRun> = {}): ChartRun => ({
  id,
  config: presetConfig('tiny'),
  name: `run ${id}`,
  style: { color: 'var(--run-0)', dash: [], marker: 'circle' },
  origin: 'native',
  foreign: null,
  note: 'as published',
  hidden: false,
  series: {
    runId: id,
    bin: 1,
    iterations: [1, 2],
    columns: { success: [0.1, Number.NaN], tokens: [1000, 2000] },
  },
  evaluations: [evaluation(10), evaluation(0)],
  evaluationBin: 1,
  ...changes,
});

describe('metricLines', () => {
  it('lies over the chosen axis and keeps not-a-number', () => {
    expect(metricLines([run('a')], 'success', 'tokens')).toMatchObject([
      { id: 'a', x: [1000, 2000], y: [0.1, Number.NaN] },
    ]);
  });

  it('leaves out who does not report the metric, but not who has not begun', () => {
    const waiting = run('b', { series: { runId: 'b', bin: 1, iterations: [], columns: {} } });
    expect(metricLines([run('a'), waiting], 'advantageMean.high', 'iteration').map(({ id }) => id)).toEqual([
      'b',
    ]);
  });

  it('hiding a run changes no other line', () => {
    const shown = metricLines([run('a'), run('b')], 'success', 'iteration');
    const hidden = metricLines([run('a', { hidden: true }), run('b')], 'success', 'iteration');
    expect(hidden[1]).toEqual(shown[1]);
    expect(hidden[0]).toEqual({ ...shown[0], hidden: true });
  });
});

describe('evaluation curves', () => {
  const once = evaluation(10, { stepLimit: 50 });
  const runs = [run('a', { evaluations: [evaluation(10), evaluation(0), once] })];

  it('one chart a protocol evaluated more than once', () => {
    expect(curveProtocols(protocolRows(runs), runs).map(({ stepLimit }) => stepLimit)).toEqual([30]);
  });

  it('a split evaluated only once keeps one chart', () => {
    const single = [run('a', { evaluations: [evaluation(0), evaluation(0, { stepLimit: 50 })] })];
    expect(curveProtocols(protocolRows(single), single).map(({ stepLimit }) => stepLimit)).toEqual([30]);
  });

  it('are in order of training, with Wilson bands while runs are few', () => {
    const [protocol] = protocolRows(runs);
    const { series, bands } = evaluationLines(runs, protocol!, 'episodes');
    expect(series).toMatchObject([{ x: [0, 960], y: [0.5, 0.5], points: true, smooth: false }]);
    expect(bands[0]?.low[0]).toBeCloseTo(0.418, 3);
    const many = ['a', 'b', 'c', 'd', 'e'].map((id) => run(id));
    expect(evaluationLines(many, protocolRows(many)[0]!, 'iteration').bands).toEqual([]);
  });

  it('says where evaluations are summarised', () => {
    const long = [run('a', { evaluationBin: 64 })];
    expect(evaluationLines(long, protocolRows(long)[0]!, 'iteration').series[0]?.bin).toBe(64);
    expect(evaluationSummaryWords(64)).toMatch(/every 64 iterations.*first, last, worst, best/);
    expect(evaluationSummaryWords(1)).toBe('');
  });
});
