/** What a chart over training may be drawn over. */
export const X_AXES = ['iteration', 'episodes', 'turns', 'tokens', 'time', 'wall'] as const;
export type XAxis = (typeof X_AXES)[number];

/** Those of which an evaluation itself says where it lies. */
export const EVALUATION_AXES = ['iteration', 'episodes', 'tokens', 'time'] as const satisfies XAxis[];
export type EvaluationAxis = (typeof EVALUATION_AXES)[number];

/** What any chart may be drawn over: a performance profile lies over the score that runs are to exceed. */
export type ChartAxis = XAxis | 'threshold';

export const X_AXIS_TITLES: Record<ChartAxis, string> = {
  iteration: 'Iterations',
  episodes: 'Episodes',
  turns: 'Environment steps',
  tokens: 'Tokens',
  time: 'Training time',
  wall: 'Wall time',
  threshold: 'Success rate τ',
};
