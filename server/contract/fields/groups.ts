/** Groups of fields, in the order of the form. */
export const FIELD_GROUPS = [
  'Run',
  'Environment',
  'Policy',
  'Warm start',
  'Rollout',
  'Credit',
  'Critic',
  'Update',
  'Evaluation',
  'Alerts',
] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];
