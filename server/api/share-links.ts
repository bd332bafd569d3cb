import { AppError } from '../contract/error.ts';
import { MOST_SHARED } from '../contract/limits.ts';
import { type ReportBlock, runsOfReport } from '../contract/report.ts';
import type {
  EpisodeAddress,
  RunSnapshot,
  SharedFigure,
  SharedView,
  ShareInfo,
  ShareKind,
  WireSeries,
} from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import { freeze, frozenFigure, frozenSnapshots, frozenView } from './frozen-shares.ts';
import { readAlone } from './read-episode.ts';
import { figuresOf, readFigure, readShare } from './shared-views.ts';
import { readSnapshots, readWindow, withoutPrivateTexts } from './snapshots.ts';

const DAY_MS = 24 * 3600 * 1000;

/** What a link is made of, as its maker says it. */
export type ShareRequest = Pick<ShareInfo, 'kind' | 'runIds' | 'title' | 'query'> & {
  days: number;
  /** Of a report. */
  reportId?: string | null | undefined;
  /** That the link shows alone. */
  episode?: EpisodeAddress | null | undefined;
  /** Shows what is there now, and nothing that comes. */
  frozen?: boolean;
  /** Whether the stored episodes of the runs can be read. */
  episodes?: boolean;
};

export async function createShare(
  lab: Lab,
  { kind, title, query, days, frozen = false, episodes: wanted = true, ...given }: ShareRequest,
): Promise<{ token: string; share: ShareInfo }> {
  const content = await contentOf(lab, kind, given);
  const expiresAt = Date.now() + days * DAY_MS;
  const frozenAt = frozen ? Date.now() : null;
  // Episodes are read from the runs themselves, which go on, and may go.
  const episodes = wanted && !frozen && (kind === 'run' || kind === 'comparison');
  const share = { kind, title, query, expiresAt, frozenAt, episodes, ...content };
  if (!frozen) return lab.store.shares.create(share);
  const view = await readShare(lab, share);
  const figures = await figuresOf(lab, view.report?.blocks ?? []);
  const episode = share.episode && (await readAlone(lab, share.episode));
  return lab.store.shares.create(share, await freeze(lab, view, { figures, episode }));
}

type Content = Pick<ShareInfo, 'runIds' | 'reportId' | 'episode'>;

const NOTHING: Content = { runIds: [], reportId: null, episode: null };

/** The runs whose curves a link shows, its report, its episode. Throws AppError. */
async function contentOf(
  lab: Lab,
  kind: ShareKind,
  given: Pick<ShareRequest, 'runIds' | 'reportId' | 'episode'>,
): Promise<Content> {
  if (kind === 'report') {
    if (!given.reportId) throw new AppError('bad-input', 'reportId: name the report to share');
    const { id, blocks } = await lab.store.reports.require(given.reportId);
    return { ...NOTHING, reportId: id, runIds: requireShareable(blocks) };
  }
  if (kind === 'episode') {
    if (!given.episode) throw new AppError('bad-input', 'episode: name the episode to share');
    await readAlone(lab, given.episode);
    return { ...NOTHING, episode: given.episode };
  }
  if (kind !== 'run' && kind !== 'comparison') return NOTHING;
  const runIds = [...new Set(given.runIds)];
  if (kind === 'run' && runIds.length !== 1) throw new AppError('bad-input', 'runIds: share exactly one run');
  if (kind === 'comparison' && runIds.length < 1)
    throw new AppError('bad-input', 'runIds: choose the runs to share');
  const found = await lab.store.runs.list({ ids: runIds });
  const missing = runIds.filter((id) => !found.some((run) => run.id === id));
  if (missing.length > 0) throw new AppError('not-found', `runIds: there is no run ${missing.join(', ')}`);
  return { ...NOTHING, runIds };
}

/** The runs that the figures of a report draw. Throws AppError `bad-input` where a link cannot show so many. */
export function requireShareable(blocks: readonly ReportBlock[]): string[] {
  const runIds = runsOfReport(blocks);
  if (runIds.length > MOST_SHARED)
    throw new AppError(
      'bad-input',
      `blocks: the figures draw ${runIds.length} runs, and a link shows at most ${MOST_SHARED}: take some out, or revoke the live link`,
    );
  return runIds;
}

export async function revokeShare(lab: Lab, id: string): Promise<void> {
  await lab.store.shares.revoke(id);
  lab.bus.publish({ type: 'shareEnded', shareId: id });
}

/** What a share link shows, as of now. */
export async function openShare(
  lab: Lab,
  { token, again }: { token: string; again: boolean },
): Promise<SharedView> {
  const share = await lab.store.shares.open(token);
  if (!again) await lab.store.shares.countView(share.id);
  return lab.guests.answers.once(`open ${share.id}`, () =>
    share.frozenAt === null ? readShare(lab, share) : frozenView(lab, share),
  );
}

/** What a figure of a shared report shows, as of now. */
export async function figureOfShare(
  lab: Lab,
  { token, block: id }: { token: string; block: string },
): Promise<SharedFigure> {
  const share = await lab.store.shares.open(token);
  if (share.frozenAt !== null) return frozenFigure(lab, share, id);
  if (share.reportId === null) throw new AppError('not-found', 'This link shows no report');
  const { blocks } = await lab.store.reports.require(share.reportId);
  const block = blocks.find((other) => other.id === id);
  if (block?.kind !== 'figure') throw new AppError('not-found', 'block: this report has no such figure');
  return lab.guests.answers.once(`figure ${share.id} ${JSON.stringify(block)}`, () => readFigure(lab, block));
}

/** Snapshots of the runs of a share, or of those of `runIds` that it shows. */
export async function snapshotsOfShare(
  lab: Lab,
  { token, runIds, points, keys }: { token: string; runIds?: string[]; points?: number; keys?: string[] },
): Promise<RunSnapshot[]> {
  const share = await lab.store.shares.open(token);
  const asked = shownOf(share, runIds);
  return lab.guests.answers.once(`snapshots ${token} ${asked} ${points} ${keys}`, async () =>
    share.frozenAt === null
      ? (await readSnapshots(lab, asked, { points, keys })).map(withoutPrivateTexts)
      : frozenSnapshots(lab, share, asked, keys),
  );
}

/** Curves of those of `runIds` that a share shows, between two iterations; of a frozen one none: it keeps what it shows at first. */
export async function windowOfShare(
  lab: Lab,
  {
    token,
    runIds,
    ...window
  }: { token: string; runIds: string[]; from: number; to: number; points?: number },
): Promise<WireSeries[]> {
  const share = await lab.store.shares.open(token);
  return share.frozenAt === null ? readWindow(lab, shownOf(share, runIds), window) : [];
}

function shownOf(share: ShareInfo, runIds: string[] | undefined): string[] {
  return runIds ? share.runIds.filter((id) => runIds.includes(id)) : share.runIds;
}
