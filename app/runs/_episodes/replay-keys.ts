/** Keys that read an episode, and what each does. */
export const REPLAY_KEYS = [
  { key: 'j', does: 'next turn' },
  { key: 'k', does: 'previous turn' },
  { key: 'n', does: 'next segment' },
  { key: 'p', does: 'previous segment' },
  { key: 'f', does: 'next invalid action' },
  { key: 'e', does: 'first failure' },
] as const;
export type ReplayKey = (typeof REPLAY_KEYS)[number]['key'];
