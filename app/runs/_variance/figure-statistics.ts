/** What the figure compares the estimators by. */
export const FIGURE_STATISTICS = ['cosine', 'variance', 'bias'] as const;
export type FigureStatistic = (typeof FIGURE_STATISTICS)[number];
