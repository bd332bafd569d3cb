/** What the report reads from a study's runs: curves, finals, bests and how soon a rate was reached. */
import type { Scores } from '../../server/stats/bootstrap.ts';
import { firstReach } from '../../server/stats/sample-efficiency.ts';
import type { StudyResult } from './result.ts';
import { splitOf, studyOf } from './studies.ts';

/** The finished runs of one variant, by seed. */
export interface Group {
  variant: string;
  results: StudyResult[];
}

export type Evaluation = StudyResult['evaluations'][number];
type ByTaskType = Pick<Evaluation, 'byTaskType'>;

/** Fewer games of a task type in an evaluation say nothing about it: then all types are one. */
const GAMES_OF_A_TYPE = 10;

/** The evaluation curve on the study's split, at its step limit. */
export function evaluationsOf(result: StudyResult): Evaluation[] {
  const study = studyOf(result.study);
  const wanted = study && splitOf(study);
  return result.evaluations.filter(
    ({ split, stepLimit }) => split === wanted && stepLimit === study?.stepLimit,
  );
}

export function firstOf(result: StudyResult): Evaluation {
  return evaluationsOf(result)[0] as Evaluation;
}

export function finalOf(result: StudyResult): Evaluation {
  return evaluationsOf(result).at(-1) as Evaluation;
}

export function finalAt({ study, evaluations }: StudyResult, stepLimit: number): Evaluation | undefined {
  const known = studyOf(study);
  const wanted = known && splitOf(known);
  return evaluations.findLast((e) => e.split === wanted && e.stepLimit === stepLimit);
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

/** Success by task type and seed; by seed alone where an evaluation has hardly any game of some type. */
export function scoresOf(group: Group, read: (result: StudyResult) => ByTaskType): Scores {
  const types = taskTypesOf([group]);
  const counts = group.results.flatMap((result) => Object.values(finalOf(result).byTaskType));
  const isThin = counts.some(({ episodes }) => episodes < GAMES_OF_A_TYPE);
  return (isThin ? [types] : types.map((type) => [type])).map((stratum) =>
    group.results.map((result) => {
      const { byTaskType } = read(result);
      return rate(pool(stratum.flatMap((type) => byTaskType[type] ?? [])));
    }),
  );
}

function pool(counts: readonly { episodes: number; successes: number }[]) {
  const sum = (key: 'episodes' | 'successes') => counts.reduce((total, entry) => total + entry[key], 0);
  return { episodes: sum('episodes'), successes: sum('successes') };
}

export function rate({ episodes, successes }: { episodes: number; successes: number }): number {
  return successes / episodes;
}

export function meanOf(scores: Scores): number {
  const all = scores.flat();
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}
