import type { RunState } from '../contract/events.ts';
import type { MetricValue } from '../contract/metric-value.ts';
import type { ExperimentRow } from '../store/experiments.ts';
import type { ForeignRunRow } from '../store/foreign-runs.ts';
import type { RunStatus } from './requests.ts';

// Entities as MLflow's clients read them.

const STATUS: Record<RunState, RunStatus> = {
  queued: 'SCHEDULED',
  starting: 'SCHEDULED',
  running: 'RUNNING',
  paused: 'RUNNING',
  finished: 'FINISHED',
  failed: 'FAILED',
  cancelled: 'KILLED',
};

export const STATES: Record<RunStatus, RunState> = {
  SCHEDULED: 'queued',
  RUNNING: 'running',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'cancelled',
};

/** A double of protocol buffers in JSON. */
export const wireDouble = (value: MetricValue) => value ?? 'NaN';

const toPairs = (record: Record<string, string>) =>
  Object.entries(record).map(([key, value]) => ({ key, value }));

/** Artifacts go through this server: clients make `/api/2.0/mlflow-artifacts/artifacts/…` of it. */
export const artifactRoot = (experimentId: number, runId: string) =>
  `mlflow-artifacts:/${experimentId}/${runId}/artifacts`;

export function wireExperiment({ id, name, tags, createdAt }: ExperimentRow) {
  return {
    experiment_id: String(id),
    name,
    artifact_location: `mlflow-artifacts:/${id}`,
    lifecycle_stage: 'active',
    creation_time: createdAt,
    last_update_time: createdAt,
    tags: toPairs(tags),
  };
}

export function wireInfo(run: ForeignRunRow) {
  const experimentId = run.experimentId ?? 0;
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.tags['mlflow.runName'] ?? run.name,
    experiment_id: String(experimentId),
    user_id: run.tags['mlflow.user'] ?? '',
    status: STATUS[run.state],
    start_time: run.startedAt ?? 0,
    ...(run.endedAt !== null && { end_time: run.endedAt }),
    artifact_uri: artifactRoot(experimentId, run.id),
    lifecycle_stage: 'active',
  };
}

export function wireRun(run: ForeignRunRow) {
  return {
    info: wireInfo(run),
    data: {
      metrics: Object.entries(run.latest).map(([key, { value, step, timestamp }]) => ({
        key,
        value: wireDouble(value),
        timestamp,
        step,
      })),
      params: toPairs(run.params),
      tags: toPairs(run.tags),
    },
    inputs: {},
  };
}
