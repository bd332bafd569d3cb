/** What a report can show between its texts; each takes the view of a page over. */
export const REPORT_FIGURES = ['chart', 'evaluations', 'task-types', 'statistics', 'board'] as const;
export type ReportFigure = (typeof REPORT_FIGURES)[number];

/** Pages whose view a figure takes over. */
export const FIGURE_PAGES = {
  chart: '/compare',
  evaluations: '/compare',
  'task-types': '/compare',
  statistics: '/statistics',
  board: '/leaderboard',
} as const satisfies Record<ReportFigure, string>;

/** Markdown. */
export interface TextBlock {
  id: string;
  kind: 'text';
  text: string;
}

export interface FigureBlock {
  id: string;
  kind: 'figure';
  figure: ReportFigure;
  /** The chart, as `npm run figure` calls it: a metric's key, a protocol's, or a split; of task types a protocol's key. Empty: the usual one. */
  of: string;
  /** Of the page it was set up on, without the question mark. */
  query: string;
  caption: string;
}

export type ReportBlock = TextBlock | FigureBlock;

export interface ReportContent {
  title: string;
  blocks: ReportBlock[];
}

/** A report in the list. Times are epoch milliseconds. */
export interface ReportInfo {
  id: string;
  title: string;
  createdAt: number;
  updatedAt: number;
}

export interface Report extends ReportInfo, ReportContent {
  /** Grows with every write; whoever writes names the one that was read. */
  version: number;
}

export const MOST_REPORTS = 1000;
export const MOST_BLOCKS = 100;
/** Characters of a title, a text, a caption, the view of a figure, and all of a report together. */
export const LONGEST_TITLE = 120;
export const LONGEST_TEXT = 20_000;
export const LONGEST_CAPTION = 500;
export const LONGEST_VIEW = 8000;
export const LARGEST_REPORT = 500_000;

/** What stands in place of an empty title. */
export const UNTITLED = 'Untitled report';

/** The runs that a view names, as far as they can be ids. */
export function runsOfView(query: string): string[] {
  const given = new URLSearchParams(query).get('runs') ?? '';
  return [...new Set(given.split(',').filter((id) => /^[a-z0-9]{6,32}$/.test(id)))];
}

/** The runs whose curves a report shows, in its order. */
export function runsOfReport(blocks: readonly ReportBlock[]): string[] {
  const figures = blocks.filter((block) => block.kind === 'figure');
  const drawn = figures.filter(({ figure }) => FIGURE_PAGES[figure] === '/compare');
  return [...new Set(drawn.flatMap(({ query }) => runsOfView(query)))];
}
