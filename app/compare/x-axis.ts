/** What a chart over training may be drawn over. */
export const X_AXES = ['iteration', 'episodes', 'tokens', 'time'] as const;
export type XAxis = (typeof X_AXES)[number];

export const X_AXIS_TITLES: Record<XAxis, string> = {
  iteration: 'Iterations',
  episodes: 'Episodes',
  tokens: 'Tokens',
  time: 'Training time',
};
