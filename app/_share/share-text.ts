import type { ShareInfo, ShareKind } from '../../server/contract/views.ts';

export const EXPIRY_DAYS = [1, 7, 30, 90, 365] as const;

export const SHARE_KIND_TITLES: Record<ShareKind, string> = {
  run: 'Run',
  comparison: 'Comparison',
  episode: 'Episode',
  leaderboard: 'Leaderboard',
  statistics: 'Statistics',
  report: 'Report',
};

/** What a link shows besides what its kind always does. */
export interface ShareOptions {
  frozen: boolean;
  episodes: boolean;
}

/** Kinds whose links can show the stored episodes of their runs. */
export function mayShowEpisodes(kind: ShareKind): boolean {
  return kind === 'run' || kind === 'comparison';
}

/** What somebody with the link sees, and what stays here. */
export function shareReveals(kind: ShareKind, { frozen, episodes }: ShareOptions): string {
  const shown = episodes && !frozen ? 'evaluations and stored episodes' : 'evaluations, no episodes';
  const course = frozen ? ', as they are now' : ', live while they train';
  switch (kind) {
    case 'run':
      return `Name, state, configuration, metrics, ${shown} of this run${frozen ? ', as they are now' : ', live while it trains'}, and its measured variance.`;
    case 'comparison':
      return `Names, states, configurations, metrics, ${shown} of these runs${course}.`;
    case 'episode':
      return `This episode turn by turn, with the name and configuration of its run: neither the run nor other episodes${frozen ? '. It stays when the run is deleted' : ''}.`;
    case 'leaderboard':
      return `The whole leaderboard with the names of its runs${frozen ? ', as it is now' : '; new results appear by themselves'}.`;
    case 'statistics':
      return `The statistics with names, configurations and evaluations of their runs${frozen ? ', as they are now' : '; new results appear by themselves'}.`;
    case 'report':
      return `Its text and figures, with names, states, configurations, metrics and evaluations of the runs that they draw, no episodes${frozen ? ': all as it is now' : '; live, with what you change and add later'}.`;
  }
}
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
