import { ENVIRONMENT_FACTS, ENVIRONMENTS } from './environments.ts';
import type { Evaluation } from './events.ts';

/** Splits of headline numbers. */
const HEADLINE_SPLITS = ENVIRONMENTS.map((name) => ENVIRONMENT_FACTS[name].evaluated[0]);

/** Share of the games won; 0 without games. */
export function successRate({ successes, episodes }: Pick<Evaluation, 'successes' | 'episodes'>): number {
  return episodes === 0 ? 0 : successes / episodes;
}

/**
 * Evaluations of a run that its headline numbers are chosen from: those on its environment's first split (ALFWorld: known rooms, valid_seen) where that is played, under the
 * shortest step limit, which every evaluation reports. In order of iteration, whatever order they came in.
 */
function comparable(evaluations: readonly Evaluation[]): Evaluation[] {
  const headline = evaluations.filter(({ split }) => HEADLINE_SPLITS.includes(split));
  const chosen = headline.length > 0 ? headline : evaluations;
  const shortest = Math.min(...chosen.map(({ stepLimit }) => stepLimit));
  return chosen
    .filter(({ stepLimit }) => stepLimit === shortest)
    .sort((a, b) => a.iteration - b.iteration || (a.split < b.split ? -1 : 1));
}

/** The highest success rate; the earliest of equals. Being the best of several, it flatters. */
export function bestEvaluation(evaluations: readonly Evaluation[]): Evaluation | null {
  return comparable(evaluations).reduce<Evaluation | null>(
    (best, next) => (best === null || successRate(next) > successRate(best) ? next : best),
    null,
  );
}

/** The evaluation after the most training so far. */
export function latestEvaluation(evaluations: readonly Evaluation[]): Evaluation | null {
  const candidates = comparable(evaluations);
  const last = candidates.at(-1)?.iteration;
  return candidates.find(({ iteration }) => iteration === last) ?? null;
}

/** The evaluation after the last iteration of a run; null before it. */
export function finalEvaluation(evaluations: readonly Evaluation[], iterations: number): Evaluation | null {
  return latestEvaluation(evaluations.filter(({ iteration }) => iteration === iterations));
}
