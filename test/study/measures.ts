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
export type Counts = Pick<Evaluation, 'episodes' | 'successes'>;
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

/** Training episodes of the `part`th of `parts` equal stretches of a run, from 0 on, and how many of them were won. */
export function trainingPart({ iterations }: StudyResult, part: number, parts: number): Counts {
  const total = iterations.episodes.length;
  const [from, to] = [part, part + 1].map((end) => Math.round((end * total) / parts)) as [number, number];
  const played = iterations.episodes.map((sum, i) => (sum ?? 0) - (iterations.episodes[i - 1] ?? 0));
  return pool(
    played.slice(from, to).map((episodes, i) => {
      const successes = Math.round(episodes * (iterations.success[from + i] ?? 0));
      return { episodes, successes };
    }),
  );
}

export function pool(counts: readonly Counts[]): Counts {
  const sum = (key: 'episodes' | 'successes') => counts.reduce((total, entry) => total + entry[key], 0);
  return { episodes: sum('episodes'), successes: sum('successes') };
}

export function rate({ episodes, successes }: Counts): number {
  return successes / episodes;
}

export function meanOf(scores: Scores): number {
  const all = scores.flat();
  return all.reduce((sum, value) => sum + value, 0) / all.length;
}
