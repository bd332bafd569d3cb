/** What can go wrong with a run that goes on. */
export const ALERT_KINDS = [
  'never-switches',
  'always-switches',
  'entropy-collapse',
  'kl-explosion',
  'value-loss-explosion',
  'useless-critic',
  'idle-reward',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
