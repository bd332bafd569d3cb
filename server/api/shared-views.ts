import { AppError } from '../contract/error.ts';
import { withoutPrivateParams } from '../contract/origin.ts';
import { distinctProvenance, type ProvenanceEntry, publicProvenance } from '../contract/provenance.ts';
import { FIGURE_PAGES, type FigureBlock, type ReportBlock, runsOfView } from '../contract/report.ts';
import type { VarianceReport } from '../contract/variance.ts';
import type { RunSummary, ScoredRuns, SharedFigure, SharedView, ShareInfo } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import type { BoardChoice } from '../stats/leaderboard.ts';
import { boardChoice, readLeaderboard } from './leaderboard.ts';
import { viewSummaries } from './run-view.ts';
import { readScores } from './statistics.ts';

type Shown = Omit<ShareInfo, 'id' | 'createdAt' | 'revokedAt' | 'views'>;

/** What a link shows, as of now. */
export async function readShare(lab: Lab, share: Shown): Promise<SharedView> {
  const { kind, title, query, expiresAt, frozenAt, episodes } = share;
  const rows = await lab.store.runs.list({ ids: share.runIds });
  const inOrder = share.runIds.flatMap((id) => rows.filter((run) => run.id === id));
  const summaries = await viewSummaries(lab, inOrder);
  const only = kind === 'run' ? summaries[0] : undefined;
  const report = share.reportId === null ? null : await lab.store.reports.require(share.reportId);
  const shown = summaries.map(withoutPrivateParts);
  return {
    ...{ kind, title, query, expiresAt, frozenAt, episodes },
    runs: frozenAt === null ? shown : shown.map((run) => ({ ...run, progress: null, stalledSince: null })),
    evaluations: only ? await lab.store.events.evaluationsUpTo(only.id, only.lastSeq) : [],
    provenance: only ? (await readProvenance(lab, only.id)).map(publicProvenance) : [],
    leaderboard: kind === 'leaderboard' ? await readLeaderboard(lab, choiceOf(query)) : null,
    variance: only ? await readVariance(lab, only.id) : null,
    scores: kind === 'statistics' ? await readSharedScores(lab, query) : null,
    report: report && { title: report.title, blocks: report.blocks },
    episode: share.episode,
  };
}

async function readProvenance(lab: Lab, runId: string): Promise<ProvenanceEntry[]> {
  return distinctProvenance(await lab.store.events.provenance(runId));
}

/** Scores of the runs that a view names, or of all finished ones, without what is private. */
export async function readSharedScores(lab: Lab, query: string): Promise<ScoredRuns> {
  const runIds = runsOfView(query);
  const scores = await readScores(lab, runIds.length > 0 ? runIds : undefined, choiceOf(query));
  const runs = scores.runs.map((run) => ({
    ...run,
    config: run.config && { ...run.config, endpoint: '' },
    foreign: run.foreign && withoutPrivateParams(run.foreign),
  }));
  return { ...scores, runs };
}

/** What figures show that their runs do not tell, by id of the block. */
export async function figuresOf(
  lab: Lab,
  blocks: readonly ReportBlock[],
): Promise<ReadonlyMap<string, SharedFigure>> {
  const figures = new Map<string, SharedFigure>();
  for (const block of blocks)
    if (block.kind === 'figure' && FIGURE_PAGES[block.figure] !== '/compare')
      figures.set(block.id, await readFigure(lab, block));
  return figures;
}

/** What one of them shows, as of now. */
export async function readFigure(lab: Lab, { figure, query }: FigureBlock): Promise<SharedFigure> {
  return {
    board: figure === 'board' ? await readLeaderboard(lab, choiceOf(query)) : null,
    scores: figure === 'statistics' ? await readSharedScores(lab, query) : null,
  };
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

/** A report that cannot be read is for the owner to measure again: a guest sees none. */
async function readVariance(lab: Lab, runId: string): Promise<VarianceReport | null> {
  try {
    return await lab.jobs.measurements.report(runId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad-file') return null;
    throw error;
  }
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
