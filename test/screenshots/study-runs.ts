import { comparisonConfigs } from '../../server/contract/comparison.ts';
import { ESTIMATOR_FACTS, type EstimatorName } from '../../server/contract/estimators.ts';
import { parseRunConfig, type RunConfig } from '../../server/contract/run-config.ts';
import type { EventPayload } from '../../server/store/events.ts';
import type { Store } from '../../server/store/store.ts';
import { readResults, type StudyResult } from '../study/result.ts';

const STUDY = 'main';
const PRESET = 'quick';
/** The variant of the study that a method of the one-click comparison is; the study evaluates more often. */
const VARIANTS: Partial<Record<EstimatorName, string>> = {
  hae: 'hae-short',
  'turn-gae': 'turn-gae-06',
  'token-gae': 'token-gae',
};
interface StudyRun {
  name: string;
  preset: string;
  config: RunConfig;
  events: EventPayload[];
}

/** The runs of docs/results that the one-click comparison would launch again, as far as their results tell; seeds outermost. */
export function studyRuns(seeds: readonly number[]): StudyRun[] {
  const results = readResults(STUDY);
  return comparisonConfigs({ preset: PRESET, seeds: [...seeds] }).map((usual) => {
    const { estimator, seed } = usual;
    const result = results.find((one) => one.variant === VARIANTS[estimator] && one.seed === seed);
    if (!result) throw new Error(`docs/results/${STUDY} has no ${VARIANTS[estimator]} with seed ${seed}`);
    return {
      name: `${ESTIMATOR_FACTS[estimator].title} ${PRESET}, seed ${seed}`,
      preset: PRESET,
      config: parseRunConfig({ ...usual, evaluateEvery: 5, evaluationStepLimits: [30, 50] }),
      events: eventsOf(result),
    };
  });
}

/** Stores them as a server would have. Returns their ids. */
export async function storeStudyRuns({ runs, events }: Store, seeds: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const { events: told, ...run } of studyRuns(seeds)) {
    const { id } = await runs.create(run);
    await events.append(id, told);
    ids.push(id);
  }
  return ids;
}

/** What its trainer told, in order; its process is over. */
function eventsOf({ iterations, evaluations }: StudyResult): EventPayload[] {
  const count = iterations.success?.length ?? 0;
  const after = (iteration: number) =>
    evaluations
      .filter((evaluation) => evaluation.iteration === iteration)
      .map((evaluation) => ({ kind: 'evaluation', evaluation }) as const);
  const valuesAt = (row: number) =>
    Object.fromEntries(Object.entries(iterations).map(([key, column]) => [key, column[row] ?? null]));
  return [
    { kind: 'state', from: 'queued', to: 'starting', reason: '' },
    { kind: 'state', from: 'starting', to: 'running', reason: '' },
    ...after(0),
    ...Array.from({ length: count }, (_, row): EventPayload[] => [
      { kind: 'iteration', iteration: row + 1, values: valuesAt(row) },
      ...after(row + 1),
    ]).flat(),
    { kind: 'finished' },
    { kind: 'state', from: 'running', to: 'finished', reason: '' },
  ];
}
