/** What the report reads from a study's runs: curves, finals, bests and how soon a rate was reached. */
import type { Scores } from '../../server/stats/bootstrap.ts';
import { firstReach } from '../../server/stats/sample-efficiency.ts';
import type { StudyResult } from './result.ts';
import { STUDIES } from './studies.ts';

/** The finished runs of one variant, by seed. */
export interface Group {
  variant: string;
  results: StudyResult[];
}

export type Evaluation = StudyResult['evaluations'][number];
type ByTaskType = Pick<Evaluation, 'byTaskType'>;

/** The evaluation curve on valid_seen, at its study's step limit. */
export function evaluationsOf({ study, evaluations }: StudyResult): Evaluation[] {
  const limit = STUDIES.find(({ name }) => name === study)?.stepLimit;
  return evaluations.filter(({ split, stepLimit }) => split === 'valid_seen' && stepLimit === limit);
}

export function finalOf(result: StudyResult): Evaluation {
  return evaluationsOf(result).at(-1) as Evaluation;
}

export function finalAt({ evaluations }: StudyResult, stepLimit: number): Evaluation | undefined {
  return evaluations.findLast((e) => e.split === 'valid_seen' && e.stepLimit === stepLimit);
}

export function bestOf(result: StudyResult): Evaluation {
  return evaluationsOf(result).reduce((best, e) => (e.successes > best.successes ? e : best));
}

/** All evaluations of a run together: its success over the whole run is the area under its curve. */
export function pooledOf(result: StudyResult): ByTaskType {
  const pooled: ByTaskType['byTaskType'] = {};
  for (const { byTaskType } of evaluationsOf(result))
    for (const [type, { episodes, successes }] of Object.entries(byTaskType)) {
      const before = pooled[type] ?? { episodes: 0, successes: 0 };
      pooled[type] = { episodes: before.episodes + episodes, successes: before.successes + successes };
    }
  return { byTaskType: pooled };
}

export function lastEpisodes({ results }: Group): number {
  return Math.max(...results.map(({ episodes }) => episodes));
}

export function reach(
  results: readonly StudyResult[],
  threshold: number,
  read: (evaluation: Evaluation) => number,
): (number | null)[] {
  return results.map((result) =>
    firstReach(
      evaluationsOf(result).map((e) => ({ x: read(e), success: rate(e) })),
      threshold,
    ),
  );
}

export function taskTypesOf(groups: readonly Group[]): string[] {
  const types = groups.flatMap(({ results }) => results.flatMap((r) => Object.keys(finalOf(r).byTaskType)));
  return [...new Set(types)].sort();
}

/** Success by task type and seed. */
export function scoresOf(group: Group, read: (result: StudyResult) => ByTaskType): Scores {
  return taskTypesOf([group]).map((type) =>
    group.results.map((result) => rate(read(result).byTaskType[type] ?? { episodes: 0, successes: 0 })),
  );
}

export function rate({ episodes, successes }: { episodes: number; successes: number }): number {
  return successes / episodes;
}

export function meanOf(scores: Scores): number {
  const all = scores.flat();
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}
