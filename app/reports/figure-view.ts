import { createLoader } from 'nuqs';
import { FIGURE_PAGES, LONGEST_VIEW, type ReportFigure } from '../../server/contract/report.ts';
import { compareParsers } from '../compare/view-state.ts';
import { boardParsers } from '../leaderboard/protocol.ts';
import { statisticsParsers } from '../statistics/view-state.ts';

/** What a figure's view says; what is absent or makes no sense is as the page has it by itself. */
export const loadComparison = createLoader(compareParsers);
export const loadStatistics = createLoader(statisticsParsers);
export const loadBoard = createLoader(boardParsers);

export const FIGURE_TITLES: Record<ReportFigure, string> = {
  chart: 'Chart',
  evaluations: 'Table of evaluations',
  'task-types': 'Success by task type',
  statistics: 'Statistics',
  board: 'Leaderboard',
};

/** The page on which a figure was set up, as it was. */
export function figureHref({ figure, query }: { figure: ReportFigure; query: string }): string {
  return `${FIGURE_PAGES[figure]}${query && `?${query}`}`;
}

/** The page and view that an address names; null where no figure is made of it. */
export function viewOfAddress(address: string): { page: string; query: string } | null {
  const url = URL.parse(address.trim(), 'http://here');
  const isPage = url && (Object.values(FIGURE_PAGES) as string[]).includes(url.pathname);
  if (!isPage || url.search.length > LONGEST_VIEW) return null;
  return { page: url.pathname, query: url.search.slice(1) };
}

/** Figures that a page's view can become. */
export function figuresOf(page: string): ReportFigure[] {
  return (Object.keys(FIGURE_PAGES) as ReportFigure[]).filter((figure) => FIGURE_PAGES[figure] === page);
}
