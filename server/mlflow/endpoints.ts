import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../contract/error.ts';
import type { KeyName, KeyScope } from '../contract/keys.ts';
import { shownName } from '../foreign/foreign-runs.ts';
import type { Lab } from '../lab.ts';
import type { ForeignRunRow } from '../store/foreign-runs.ts';
import { pageOf, readToken } from './paging.ts';
import * as requests from './requests.ts';
import { parseFilter, parseOrder } from './search.ts';
import { artifactRoot, STATES, wireDouble, wireExperiment, wireInfo, wireRun } from './wire.ts';

const RESULTS = 1000;
const MOST_PARAMS = 2000;

/** One call of the protocol. */
export interface Endpoint {
  scope: KeyScope;
  /** What it takes, in its body or as the query of an address. */
  schema: z.ZodType;
  /** Checks the request, made with a key or by the owner, and answers it with what is sent as JSON. Throws ZodError and AppError. */
  answer(lab: Lab, request: unknown, key: KeyName | null): Promise<object>;
}

function endpoint<Schema extends z.ZodType>(
  scope: KeyScope,
  schema: Schema,
  answer: (lab: Lab, request: z.output<Schema>, key: KeyName | null) => Promise<object>,
): Endpoint {
  return { scope, schema, answer: (lab, request, key) => answer(lab, schema.parse(request), key) };
}

const toRecord = (pairs: readonly { key: string; value: string }[]) =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]));

const searchExperiments = endpoint('read', requests.searchExperiments, async ({ store }, request) => {
  const named = /^\s*(?:attributes?\.)?name\s*=\s*'([^']*)'\s*$/i.exec(request.filter)?.[1];
  if (request.filter.trim() !== '' && named === undefined)
    throw new AppError('bad-input', "filter: only name = '…' is understood for experiments");
  const all = await store.experiments.list();
  const found = named === undefined ? all : all.filter(({ name }) => name === named);
  const shown = request.view_type === 'DELETED_ONLY' ? [] : found;
  const { items, next } = pageOf(shown, request.page_token, request.max_results ?? RESULTS);
  return { experiments: items.map(wireExperiment), ...next };
});

const searchRuns = endpoint('read', requests.searchRuns, async ({ store }, request) => {
  const [fits, order] = [parseFilter(request.filter), parseOrder(request.order_by)];
  const all = await store.foreign.ofExperiments(request.experiment_ids);
  const found = request.run_view_type === 'DELETED_ONLY' ? [] : all.filter(fits).sort(order);
  const { items, next } = pageOf(found, request.page_token, request.max_results ?? RESULTS);
  const runs: object[] = [];
  for (const run of items) {
    if (runs.length % 100 === 99) await nextTurn();
    runs.push(wireRun(run));
  }
  return { runs, ...next };
});

const createRun = endpoint('metrics', requests.createRun, async ({ store, foreign }, request) => {
  const { id: experimentId } = await store.experiments.require({ id: request.experiment_id });
  const tags = toRecord(request.tags);
  const script = tags['mlflow.source.name']?.split(/[\\/]/).at(-1) ?? '';
  const name = request.run_name || tags['mlflow.runName'] || script || 'MLflow run';
  const id = await foreign.start({
    name,
    note: tags['mlflow.note.content'] ?? '',
    experimentId,
    source: script,
    params: {},
    tags: { 'mlflow.runName': name, ...(request.user_id && { 'mlflow.user': request.user_id }), ...tags },
    startedAt: request.start_time ?? Date.now(),
    reason: 'Its trainer streams it by MLflow’s protocol',
  });
  return { run: wireRun(await store.foreign.require(id)) };
});

const updateRun = endpoint('metrics', requests.updateRun, async (lab, request, key) => {
  const { store, foreign } = lab;
  const { runId, status, end_time, run_name } = request;
  await store.foreign.require(runId);
  if (run_name !== undefined) await tagRun(lab, runId, { 'mlflow.runName': run_name }, key);
  if (status) await foreign.setState(runId, STATES[status], `Its trainer says ${status}`);
  if (end_time !== undefined && status !== 'RUNNING')
    await store.foreign.setTimes(runId, { endedAt: end_time });
  return { run_info: wireInfo(await store.foreign.require(runId)) };
});

type Parts = Pick<Lab, 'store' | 'foreign'>;

/** A tag may be the name of the run: then this renames it, which is recorded as it is of people. */
async function tagRun(
  { store, foreign, actions }: Lab,
  runId: string,
  tags: Record<string, string>,
  key: KeyName | null,
): Promise<void> {
  const concerned = [{ kind: 'run' as const, ids: [runId] }];
  const name = tags['mlflow.runName'];
  const before = name === undefined ? [] : await actions.look(concerned);
  await store.foreign.extend(runId, { tags }, () => undefined);
  await foreign.describe(runId, { name, note: tags['mlflow.note.content'] });
  if (name === undefined || before[0]?.name === shownName(name)) return;
  actions.record({ procedure: 'runs.update', key, concerned, before, details: { name: shownName(name) } });
}

/** A param is said once: the same again is fine, another value is not. Throws AppError `bad-input`. */
async function addParams({ store }: Parts, runId: string, params: Record<string, string>): Promise<void> {
  await store.foreign.extend(runId, { params }, (row: ForeignRunRow) => {
    for (const [key, value] of Object.entries(params))
      if ((row.params[key] ?? value) !== value)
        throw new AppError(
          'bad-input',
          `Changing param values is not allowed. Param ${key} of run ${runId} is ${JSON.stringify(row.params[key])}, and now ${JSON.stringify(value)}: log it under another name`,
        );
    if (Object.keys({ ...row.params, ...params }).length > MOST_PARAMS)
      throw new AppError('bad-input', `A run has at most ${MOST_PARAMS} params`);
  });
}

const logBatch = endpoint('metrics', requests.logBatch, async (lab, request, key) => {
  const { runId, metrics, params, tags } = request;
  await lab.store.foreign.require(runId);
  if (params.length > 0) {
    await addParams(lab, runId, toRecord(params));
    lab.bus.publishRunsChanged([runId]);
  }
  if (tags.length > 0) await tagRun(lab, runId, toRecord(tags), key);
  await lab.foreign.log(runId, metrics);
  return {};
});

const metricHistory = endpoint('read', requests.metricHistory, async ({ store }, request) => {
  const { runId, metric_key: key, max_results: limit = 25_000, page_token } = request;
  await store.foreign.require(runId);
  const from = readToken(page_token);
  const points = await store.foreign.history(runId, key, from, limit + 1);
  const metrics = points.slice(0, limit).map((point) => ({ key, ...point, value: wireDouble(point.value) }));
  return { metrics, ...(points.length > limit && { next_page_token: String(from + limit) }) };
});

const listArtifacts = endpoint('read', requests.listArtifacts, async ({ store }, { runId, path }) => {
  const { experimentId } = await store.foreign.require(runId);
  const entries = await store.artifacts.list(runId, path);
  const files = entries.map(({ path, isFolder, bytes }) => ({
    path,
    is_dir: isFolder,
    ...(bytes !== null && { file_size: bytes }),
  }));
  return { root_uri: artifactRoot(experimentId ?? 0, runId), files };
});

/** Calls by method and path below /api/2.0/mlflow/. */
export const ENDPOINTS: Record<string, Endpoint> = {
  'POST experiments/create': endpoint(
    'metrics',
    requests.createExperiment,
    async ({ store }, { name, tags }) => {
      const { id } = await store.experiments.create(name, toRecord(tags));
      return { experiment_id: String(id) };
    },
  ),
  'GET experiments/get': endpoint('read', requests.experimentById, async ({ store }, request) => ({
    experiment: wireExperiment(await store.experiments.require({ id: request.experiment_id })),
  })),
  'GET experiments/get-by-name': endpoint('read', requests.experimentByName, async ({ store }, request) => ({
    experiment: wireExperiment(await store.experiments.require({ name: request.experiment_name })),
  })),
  'GET experiments/search': searchExperiments,
  'POST experiments/search': searchExperiments,
  'POST experiments/set-experiment-tag': endpoint(
    'metrics',
    requests.experimentTag,
    async ({ store }, request) => {
      await store.experiments.setTag(request.experiment_id, request.key, request.value);
      return {};
    },
  ),
  'POST runs/create': createRun,
  'GET runs/get': endpoint('read', requests.runById, async ({ store }, { runId }) => ({
    run: wireRun(await store.foreign.require(runId)),
  })),
  'POST runs/update': updateRun,
  'POST runs/search': searchRuns,
  'POST runs/delete': endpoint('control', requests.runById, async (lab, { runId }, key) => {
    const concerned = [{ kind: 'run' as const, ids: [runId] }];
    const before = await lab.actions.look(concerned);
    await lab.foreign.remove(runId);
    lab.actions.record({ procedure: 'runs.remove', key, concerned, before });
    return {};
  }),
  'POST runs/log-metric': endpoint(
    'metrics',
    requests.logMetric,
    async ({ foreign }, { runId, ...point }) => {
      await foreign.log(runId, [point]);
      return {};
    },
  ),
  'POST runs/log-batch': logBatch,
  'POST runs/log-parameter': endpoint('metrics', requests.logParam, async (lab, { runId, key, value }) => {
    await addParams(lab, runId, { [key]: value });
    lab.bus.publishRunsChanged([runId]);
    return {};
  }),
  'POST runs/set-tag': endpoint('metrics', requests.setTag, async (lab, { runId, key, value }, by) => {
    await tagRun(lab, runId, { [key]: value }, by);
    return {};
  }),
  'POST runs/delete-tag': endpoint('metrics', requests.deleteTag, async ({ store }, { runId, key }) => {
    await store.foreign.removeTag(runId, key);
    return {};
  }),
  'GET metrics/get-history': metricHistory,
  'GET artifacts/list': listArtifacts,
  // Whoever lists or loads artifacts looks for models, too: here are none.
  'POST logged-models/search': endpoint('read', z.unknown(), async () => ({ models: [] })),
};
