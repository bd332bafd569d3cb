import type { EpisodeAddress, ShareKind } from '../../server/contract/views.ts';

/** What a share link is made of. */
export interface ShareProps {
  kind: ShareKind;
  /** Of a run or a comparison. */
  runIds: string[];
  /** Proposed title of the link. */
  title: string;
  /** Of a report. */
  reportId?: string;
  /** That the link shows alone. */
  episode?: EpisodeAddress;
}
