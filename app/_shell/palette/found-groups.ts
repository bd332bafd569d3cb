import type { EvaluationProtocol } from '../../../server/contract/board.ts';
import type { ReportInfo } from '../../../server/contract/report.ts';
import type { SweepSummary } from '../../../server/contract/sweep-plan.ts';
import type { RunSummary, SavedView } from '../../../server/contract/views.ts';
import { describeRun, searchText } from '../../compare/run-words.ts';
import { boardHref, PROTOCOL_FIELDS } from '../../leaderboard/protocol.ts';
import { PAGES } from '../pages.ts';
import type { PaletteGroup, PaletteItem } from './palette-item.ts';

/** What there is on the server to go to. */
export interface FoundThings {
  runs: readonly RunSummary[];
  sweeps: readonly SweepSummary[];
  protocols: readonly EvaluationProtocol[];
  reports: readonly ReportInfo[];
  views: readonly SavedView[];
}

/** Everything that can be found by name, by kind. */
export function foundGroups({ runs, sweeps, protocols, reports, views }: FoundThings): PaletteGroup[] {
  const experiments = new Set(runs.flatMap(({ foreign }) => foreign?.experiment ?? []));
  return [
    { title: 'Runs', items: runs.map(runItem), all: allRuns },
    { title: 'Experiments', items: [...experiments].map(experimentItem) },
    { title: 'Sweeps', items: sweeps.map(sweepItem) },
    { title: 'Boards', items: protocols.map(boardItem) },
    { title: 'Reports', items: reports.map(reportItem) },
    { title: 'Saved views', items: views.map(viewItem) },
  ];
}

function runItem(run: RunSummary): PaletteItem {
  return {
    id: `run ${run.id}`,
    title: run.name,
    detail: `${describeRun(run)} · ${run.archived ? 'archived' : run.state}`,
    also: `${searchText(run)} ${run.tags.join(' ')}`,
    does: `/runs/${run.id}`,
  };
}

function sweepItem({ id, title, state }: SweepSummary): PaletteItem {
  return { id: `sweep ${id}`, title, detail: state, also: 'sweep', does: `/sweeps/${id}` };
}

function allRuns(text: string): PaletteItem {
  return {
    id: 'all runs',
    title: `Filter the list of runs by “${text}”`,
    does: `/runs?q=${encodeURIComponent(text)}`,
  };
}

/** The filter of the list takes words one by one. */
function experimentItem(name: string): PaletteItem {
  const filter = name.split(/\s+/).filter(Boolean);
  const query = encodeURIComponent(filter.map((word) => `experiment:${word}`).join(' '));
  return {
    id: `experiment ${name}`,
    title: name,
    detail: 'its runs',
    does: `/runs?q=${query}`,
  };
}

function boardItem(protocol: EvaluationProtocol): PaletteItem {
  const [environment, games, split, ...rest] = PROTOCOL_FIELDS.map(({ field, describe }) =>
    describe(protocol[field]),
  );
  return {
    id: `board ${JSON.stringify(protocol)}`,
    title: `${environment}, ${split}, ${games} games`,
    detail: rest.join(' · '),
    also: 'leaderboard',
    does: boardHref(protocol),
  };
}

function reportItem({ id, title }: ReportInfo): PaletteItem {
  return { id: `report ${id}`, title, does: `/reports/${id}` };
}

function viewItem({ id, page, name, query }: SavedView): PaletteItem {
  return {
    id: `view ${id}`,
    title: name,
    detail: PAGES.find(({ href }) => href === page)?.title,
    does: `${page}?${query}`,
  };
}
