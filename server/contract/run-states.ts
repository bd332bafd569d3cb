/** States of a run; see docs/runs.md for the transitions. */
export const RUN_STATES = [
  'queued',
  'starting',
  'running',
  'paused',
  'finished',
  'failed',
  'cancelled',
] as const;
export type RunState = (typeof RUN_STATES)[number];
export const ACTIVE_STATES: readonly RunState[] = ['queued', 'starting', 'running', 'paused'];

export const PHASES = [
  'start',
  'warm start',
  'evaluation',
  'rollout',
  'teacher',
  'credit',
  'critic',
  'update',
  'checkpoint',
] as const;
export type Phase = (typeof PHASES)[number];

/** What `done` and `total` of a phase's progress count. */
export const PHASE_UNITS: Record<Phase, string> = {
  start: 'parts',
  'warm start': 'mini-batches',
  evaluation: 'games',
  rollout: 'episodes',
  teacher: 'turns',
  credit: 'turns',
  critic: 'turns',
  update: 'turns',
  checkpoint: 'files',
};
