import { AppError } from '../contract/error.ts';
import { withoutPrivateParams } from '../contract/origin.ts';
import { distinctProvenance, type ProvenanceEntry, publicProvenance } from '../contract/provenance.ts';
import type { VarianceReport } from '../contract/variance.ts';
import type { RunSnapshot, RunSummary, SharedView, ShareInfo, WireSeries } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import type { BoardChoice } from '../stats/leaderboard.ts';
import { boardChoice, readLeaderboard } from './leaderboard.ts';
import { viewSummaries } from './run-view.ts';
import { readSnapshots, readWindow, withoutPrivateTexts } from './snapshots.ts';

const DAY_MS = 24 * 3600 * 1000;

export async function createShare(
  lab: Lab,
  input: Pick<ShareInfo, 'kind' | 'runIds' | 'title' | 'query'> & { days: number },
): Promise<{ token: string; share: ShareInfo }> {
  const { kind, title, query, days } = input;
  const runIds = kind === 'leaderboard' ? [] : [...new Set(input.runIds)];
  if (kind === 'run' && runIds.length !== 1) throw new AppError('bad-input', 'runIds: share exactly one run');
  if (kind === 'comparison' && runIds.length < 1)
    throw new AppError('bad-input', 'runIds: choose the runs to share');
  const found = await lab.store.runs.list({ ids: runIds });
  const missing = runIds.filter((id) => !found.some((run) => run.id === id));
  if (missing.length > 0) throw new AppError('not-found', `runIds: there is no run ${missing.join(', ')}`);
  return lab.store.shares.create({ kind, runIds, title, query, expiresAt: Date.now() + days * DAY_MS });
}

export async function revokeShare(lab: Lab, id: string): Promise<void> {
  await lab.store.shares.revoke(id);
  lab.bus.publish({ type: 'shareEnded', shareId: id });
}

/** A summary without its owner's labels, the trainer's last words, addresses and some of another trainer's params: those may hold paths and host names. */
export function withoutPrivateParts(run: RunSummary): RunSummary {
  const labels = { tags: [], starred: false, archived: false };
  const importedFrom = run.importedFrom && { ...run.importedFrom, lab: '' };
  const config = run.config && { ...run.config, endpoint: '' };
  const foreign = run.foreign && withoutPrivateParams(run.foreign);
  const failure = run.failure === null ? null : 'The run failed';
  return { ...run, ...labels, importedFrom, config, foreign, failure };
}

/** What a share link shows, as of now. */
export async function openShare(lab: Lab, token: string): Promise<SharedView> {
  const share = await lab.store.shares.open(token);
  await lab.store.shares.countView(share.id);
  return lab.guests.answers.once(`open ${share.id}`, () => readShare(lab, share));
}

async function readShare(lab: Lab, share: ShareInfo): Promise<SharedView> {
  const rows = await lab.store.runs.list({ ids: share.runIds });
  const inOrder = share.runIds.flatMap((id) => rows.filter((run) => run.id === id));
  const summaries = await viewSummaries(lab, inOrder);
  const only = share.kind === 'run' ? summaries[0] : undefined;
  return {
    kind: share.kind,
    title: share.title,
    query: share.query,
    expiresAt: share.expiresAt,
    runs: summaries.map(withoutPrivateParts),
    evaluations: only ? await lab.store.events.evaluationsUpTo(only.id, only.lastSeq) : [],
    provenance: only ? (await readProvenance(lab, only.id)).map(publicProvenance) : [],
    leaderboard: share.kind === 'leaderboard' ? await readLeaderboard(lab, choiceOf(share.query)) : null,
    variance: only ? await readVariance(lab, only.id) : null,
  };
}

async function readProvenance(lab: Lab, runId: string): Promise<ProvenanceEntry[]> {
  return distinctProvenance(await lab.store.events.provenance(runId));
}

/** A report that cannot be read is for the owner to measure again: a guest sees none. */
async function readVariance(lab: Lab, runId: string): Promise<VarianceReport | null> {
  try {
    return await lab.jobs.measurements.report(runId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-file') return null;
    throw error;
  }
}

/** Snapshots of the runs of a share, or of those of `runIds` that it shows. */
export async function snapshotsOfShare(
  lab: Lab,
  { token, runIds, points }: { token: string; runIds?: string[]; points?: number },
): Promise<RunSnapshot[]> {
  const asked = await runsOfShare(lab, token, runIds);
  return lab.guests.answers.once(`snapshots ${token} ${asked} ${points}`, async () =>
    (await readSnapshots(lab, asked, points)).map(withoutPrivateTexts),
  );
}

/** Curves of those of `runIds` that a share shows, between two iterations. */
export async function windowOfShare(
  lab: Lab,
  {
    token,
    runIds,
    ...window
  }: { token: string; runIds: string[]; from: number; to: number; points?: number },
): Promise<WireSeries[]> {
  return readWindow(lab, await runsOfShare(lab, token, runIds), window);
}

async function runsOfShare(lab: Lab, token: string, runIds: string[] | undefined): Promise<string[]> {
  const share = await lab.store.shares.open(token);
  return runIds ? share.runIds.filter((id) => runIds.includes(id)) : share.runIds;
}

const NUMBERS: readonly string[] = ['stepLimit', 'temperature', 'episodes'];

/** The board that a query string asks for; words that are none are left out. */
function choiceOf(query: string): BoardChoice {
  const given = new URLSearchParams(query);
  const parts = Object.keys(boardChoice.shape).flatMap((name) => {
    const text = given.get(name);
    return text === null ? [] : [[name, NUMBERS.includes(name) ? Number(text) : text]];
  });
  const result = boardChoice.safeParse(Object.fromEntries(parts));
  return result.success ? result.data : {};
}
