import { successRate } from '../../server/contract/evaluations.ts';
import type { Evaluation } from '../../server/contract/events.ts';
import type { ScoredRun } from '../../server/contract/views.ts';
import { mean } from '../../server/stats/centers.ts';
import type { ScoredGroup } from '../../server/stats/score-statistics.ts';
import { evaluationPlace } from '../_charts/x-values.ts';
import type { RunGroup } from '../compare/run-groups.ts';
import type { EvaluationAxis } from '../compare/x-axis.ts';
import type { ScoreMetric } from './score-metric.ts';

/** More pairs than these nobody reads: groups are then held against the first one only. */
const MOST_PAIRS = 10;

/** A number of a run at an evaluation, 0 to 1. */
type Measure = (evaluation: Evaluation | undefined) => number;

const NONE = { episodes: 0, successes: 0 };
const OVERALL: Record<ScoreMetric, Measure> = {
  success: (evaluation) => successRate(evaluation ?? NONE),
  score: (evaluation) => evaluation?.score ?? Number.NaN,
};

/** Task types that every evaluation of a protocol plays, by name. */
export function taskTypesOf(runs: readonly ScoredRun[]): string[] {
  const played = runs.find(({ evaluations }) => evaluations.length > 0);
  return Object.keys(played?.evaluations[0]?.byTaskType ?? {}).sort();
}

/**
 * Success by task type and training of every group, or scores by training: at the latest evaluation of each run, and at every iteration after which all
 * of a group's runs were evaluated. A training that ran several times counts once, with the mean of its runs. Of runs of other
 * trainers one rate is known, at the end.
 */
export function scoreGroups(
  runs: readonly ScoredRun[],
  groups: readonly RunGroup[],
  axis: EvaluationAxis,
  metric: ScoreMetric = 'success',
): ScoredGroup[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const byTask = taskTypesOf(runs).map(
    (task): Measure =>
      (evaluation) =>
        successRate(evaluation?.byTaskType[task] ?? NONE),
  );
  return groups.flatMap((group) => {
    const members = group.runIds.map((id) => byId.get(id)).filter((run) => run !== undefined);
    // In one order whatever that of the page is: resampling goes by it.
    const trainings = [...new Set(group.trainings)]
      .sort()
      .map((training) => members.filter((_, index) => group.trainings[index] === training));
    const isWhole = metric === 'score' || members.some(({ stated }) => stated);
    const measures = isWhole ? [OVERALL[metric]] : byTask;
    const atEnd = (measure: Measure) =>
      byTraining(trainings, ({ stated, evaluations }) => stated?.rate ?? measure(evaluations.at(-1)));
    const iterations = (members[0]?.evaluations ?? [])
      .map(({ iteration }) => iteration)
      .filter((iteration) => members.every((run) => at(run, iteration)));
    const curve = iterations.map((iteration) => ({
      x: mean(members.map((run) => evaluationPlace(at(run, iteration)!, axis))),
      scores: measures.map((measure) => byTraining(trainings, (run) => measure(at(run, iteration)))),
    }));
    return { id: group.id, scores: measures.map(atEnd), overall: atEnd(OVERALL[metric]), curve };
  });
}

const at = (run: ScoredRun, iteration: number) =>
  run.evaluations.find((evaluation) => evaluation.iteration === iteration);

/** A number of every training: the mean of its runs. */
function byTraining(
  trainings: readonly (readonly ScoredRun[])[],
  numberOf: (run: ScoredRun) => number,
): number[] {
  return trainings.map((members) => mean(members.map(numberOf)));
}

/** Which groups are held against which: all pairs while they are few, else every group against the first. */
export function pairsOf(ids: readonly string[]): [string, string][] {
  const all = ids.flatMap((a, index) => ids.slice(index + 1).map((b): [string, string] => [a, b]));
  return all.length <= MOST_PAIRS ? all : all.filter(([a]) => a === ids[0]);
}

/** Thresholds of performance profiles: every hundredth. */
export const THRESHOLDS = Array.from({ length: 101 }, (_, index) => index / 100);
