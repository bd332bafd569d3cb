import { presetConfig } from '../../server/contract/presets.ts';
import type { RunSummary } from '../../server/contract/views.ts';

/** A run of this lab that has finished. */
export const RUN_SUMMARY: RunSummary = {
  id: 'abc123',
  ordinal: 1,
  name: 'HiPER tiny, seed 7',
  state: 'finished',
  desired: 'run',
  origin: 'native',
  foreign: null,
  config: presetConfig('tiny', { seed: 7, learningRate: 5e-4 }),
  preset: 'tiny',
  parent: null,
  importedFrom: null,
  tags: ['paper', 'width'],
  starred: false,
  archived: false,
  createdAt: 0,
  startedAt: null,
  endedAt: null,
  iteration: 4,
  progress: null,
  stalledSince: null,
  facts: null,
  lastSuccess: null,
  finalEvaluations: [],
  bestEvaluation: null,
  alerts: [],
  failure: null,
  lastCheckpoint: null,
  lastSeq: 0,
};
