import type { ShareInfo, ShareKind } from '../../server/contract/views.ts';

export const EXPIRY_DAYS = [1, 7, 30, 90, 365] as const;

export const SHARE_KIND_TITLES: Record<ShareKind, string> = {
  run: 'Run',
  comparison: 'Comparison',
  leaderboard: 'Leaderboard',
};

/** What somebody with the link sees, and what stays here. */
export const SHARE_REVEALS: Record<ShareKind, string> = {
  run: 'Name, state, configuration, metrics, evaluations and stored episodes of this run, live while it trains, and its measured variance.',
  comparison:
    'Names, states, configurations, metrics, evaluations and stored episodes of these runs, live while they train.',
  leaderboard: 'The whole leaderboard with the names of its runs; new results appear by themselves.',
};
export const SHARE_HIDES =
  'No notes, logs, host names, paths or other runs, and no control: nobody can pause, change or launch anything.';

export type ShareState = 'live' | 'expired' | 'revoked';

export function shareState(share: Pick<ShareInfo, 'revokedAt' | 'expiresAt'>, now: number): ShareState {
  if (share.revokedAt !== null) return 'revoked';
  return share.expiresAt <= now ? 'expired' : 'live';
}

/** The path a share link opens, with the view options it was made on. */
export function sharePath(token: string, query: string): string {
  const options = query.replace(/^\?/, '');
  return `/s/${token}${options ? `?${options}` : ''}`;
}

/** Whether a text can be the token of a share link at all; what is not needs no server to say so. */
export function isShareToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{20,100}$/.test(text);
}
