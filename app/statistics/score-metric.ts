import type { ScoredRun } from '../../server/contract/views.ts';

/** What statistics are made of: games won, by task type, or the mean score of the endings, which is known for all of them together. */
export const SCORE_METRICS = ['success', 'score'] as const;
export type ScoreMetric = (typeof SCORE_METRICS)[number];

/** Whether all evaluations of a run have a score. */
export function hasScores({ evaluations }: Pick<ScoredRun, 'evaluations'>): boolean {
  return evaluations.length > 0 && evaluations.every(({ score }) => score !== undefined);
}

/** The runs that have a metric, and which it is: scores give way to success where no run has any. */
export function chooseMetric(
  runs: readonly ScoredRun[],
  wanted: ScoreMetric,
): { metric: ScoreMetric; runs: readonly ScoredRun[] } {
  const scored = runs.filter(hasScores);
  return wanted === 'score' && scored.length > 0
    ? { metric: 'score', runs: scored }
    : { metric: 'success', runs };
}
