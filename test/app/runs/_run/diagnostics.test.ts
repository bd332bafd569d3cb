import { expect, test } from 'vitest';
import { writeDiagnostics } from '../../../../app/runs/_run/diagnostics.ts';
import { type CurrentRun, resumeLabel } from '../../../../app/runs/_run/run-model.ts';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { SystemInfo } from '../../../../server/contract/views.ts';
import { makeProvenance } from '../../../provenance.ts';
import { SYSTEM_INFO } from '../../system-info.ts';

const run: CurrentRun = {
  id: 'bcdfgh',
  ordinal: 1,
  name: 'A run',
  state: 'failed',
  desired: 'run',
  origin: 'native',
  foreign: null,
  config: presetConfig('tiny', { learningRate: 1 }),
  preset: 'tiny',
  parent: null,
  importedFrom: null,
  tags: ['paper', 'width'],
  starred: false,
  archived: false,
  createdAt: 0,
  startedAt: 0,
  endedAt: 3000,
  iteration: 2,
  progress: null,
  stalledSince: null,
  facts: { games: 'generated', engine: 'onnxruntime', threads: 2, parameters: 1000 },
  lastSuccess: null,
  finalEvaluations: [],
  bestEvaluation: null,
  alerts: [],
  failure: 'Stopped in iteration 3: the loss is NaN.\nMetrics of iteration 2: none.',
  lastCheckpoint: 2,
  lastSeq: 9,
  evaluations: [],
  transitions: [
    { time: 0, from: null, to: 'queued', reason: 'Launched' },
    { time: 3000, from: 'running', to: 'failed', reason: 'Stopped in iteration 3: the loss is NaN.\nMore.' },
  ],
  isActive: false,
};

const system: SystemInfo = {
  ...SYSTEM_INFO,
  commit: 'abc1234-dirty',
  dataFolder: '/home/somebody/secret',
  modelsFolder: '/home/somebody/models',
  games: [
    {
      environment: 'alfworld',
      source: 'real',
      origin: '/home/somebody/games',
      counts: { train: 1, valid_seen: 1, valid_unseen: 1 },
    },
  ],
};

test('diagnostics say what a maintainer asks for, and no folder of the server', () => {
  const logs = Array.from({ length: 150 }, (_, i) => ({
    seq: i,
    time: 0,
    level: 'info' as const,
    text: `line ${i}`,
  }));
  const text = writeDiagnostics(run, { failedAt: { phase: 'update', iteration: 3 }, logs, system });
  for (const part of [
    'HiPER Lab 0.1.0 (abc1234-dirty), Node 24.21.0, embedded database, engine onnxruntime',
    'Linux 6.1 x64, 2 cores of A processor, 8.0 GB of memory',
    'Where: update of iteration 3; 2 of 6 iterations done; last checkpoint: 2',
    'Configuration, where it differs from preset tiny (whose value stands in brackets):\n  learningRate: 1 (0.001)\n\n',
    '  1970-01-01T00:00:03.000Z failed    Stopped in iteration 3: the loss is NaN.\n',
    'Metrics of iteration 2: none.',
    'line 50\n',
    'line 149',
  ])
    expect(text).toContain(part);
  expect(text).not.toContain('line 49\n');
  expect(text).not.toContain('somebody');
});

test('diagnostics say what every part of a run was computed with', () => {
  const provenance = [
    { ...makeProvenance({ commit: 'a'.repeat(40) }), iteration: 0, time: 0 },
    { ...makeProvenance({ commit: 'b'.repeat(40), changes: 'f'.repeat(16) }), iteration: 2, time: 9 },
  ];
  const text = writeDiagnostics({ ...run, provenance }, { failedAt: null, logs: [], system: null });
  expect(text).toContain(
    'Computed with, from iteration 1 on:\n  Code: HiPER Lab 0.1.0, commit aaaaaaaaaaaa, clean\n',
  );
  expect(text).toContain(
    'Computed with, from iteration 3 on (resumed):\n  Code: HiPER Lab 0.1.0, commit bbbb',
  );
  expect(text).toContain('  Machine: 2 cores of A processor, 8.0 GB of memory\n');
  expect(writeDiagnostics(run, { failedAt: null, logs: [], system: null })).toContain(
    'Computed with: not recorded',
  );
});

test('without a preset the defaults are compared with, and what is not known is said', () => {
  const text = writeDiagnostics({ ...run, preset: null }, { failedAt: null, logs: [], system: null });
  expect(text).toContain('differs from the defaults');
  expect(text).toContain('Server: not known');
});

test('a run without a checkpoint starts again', () => {
  const { config } = run;
  expect(resumeLabel({ state: 'failed', lastCheckpoint: null, config })).toBe('Start again');
  expect(resumeLabel({ state: 'cancelled', lastCheckpoint: 3, config })).toBe('Resume from checkpoint');
  expect(resumeLabel({ state: 'paused', lastCheckpoint: null, config })).toBe('Resume');
  const behind = { ...config!, policy: 'endpoint' as const };
  expect(resumeLabel({ state: 'failed', lastCheckpoint: null, config: behind })).toBe('Resume');
});
