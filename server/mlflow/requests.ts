import { z } from 'zod';
import { LONGEST_METRIC } from '../foreign/metric-points.ts';

// Requests of MLflow's REST API 2.0 (https://mlflow.org/docs/latest/api_reference/rest-api.html), with its limits.

const LONGEST_PARAM = 6000;
const LONGEST_TAG = 8000;
const MOST_METRICS = 1000;
const MOST_PARAMS = 100;
const MOST_TAGS = 100;
export const MOST_RESULTS = 50_000;

/** Text as the database can hold it. */
const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .transform((value) => value.replaceAll('\0', '␀').toWellFormed());
const key = text(LONGEST_METRIC).refine((value) => value !== '', 'give a name');

/** Protocol buffers write 64-bit integers as numbers or as texts. */
const integer = z
  .union([z.number(), z.string().regex(/^-?\d{1,19}$/, 'is not a whole number')])
  .transform(Number)
  .refine(Number.isSafeInteger, 'is not a whole number');

/** And doubles that JSON has no number for as words. */
const double = z
  .union([
    z.number(),
    z.string().regex(/^(NaN|[+-]?Infinity|[+-]?[\d.]+([eE][+-]?\d+)?)$/, 'is not a number'),
  ])
  .transform(Number);

const runId = z.string().regex(/^[a-z0-9]{6,32}$/, 'is not the id of a run here');
const experimentId = z
  .union([z.number(), z.string().regex(/^\d{1,9}$/, 'is not the id of an experiment here')])
  .transform(Number);

/** Older clients say `run_uuid`. */
const byRun = { run_id: runId.optional(), run_uuid: runId.optional() };
type ByRun = { run_id?: string | undefined; run_uuid?: string | undefined };

function requireRunId<T extends ByRun>({ run_id, run_uuid, ...rest }: T, context: z.RefinementCtx) {
  const id = run_id ?? run_uuid;
  if (id === undefined) {
    context.addIssue({ code: 'custom', path: ['run_id'], message: 'is missing: name the run' });
    return z.NEVER;
  }
  return { ...rest, runId: id };
}

const tag = z.object({ key, value: text(LONGEST_TAG).default('') });
const param = z.object({ key, value: text(LONGEST_PARAM).default('') });
const metric = z.object({
  key,
  value: double,
  step: integer.default(0),
  timestamp: integer.optional().transform((time) => time ?? Date.now()),
});

const page = { max_results: integer.optional(), page_token: z.string().max(40).optional() };
const maxResults = (most: number) => integer.pipe(z.number().int().min(1).max(most)).optional();

export const createExperiment = z.object({ name: key, tags: z.array(tag).max(MOST_TAGS).default([]) });
export const experimentById = z.object({ experiment_id: experimentId });
export const experimentByName = z.object({ experiment_name: key });
export const experimentTag = experimentById.extend({ key, value: text(LONGEST_TAG) });
export const searchExperiments = z.object({
  ...page,
  filter: z.string().max(4000).default(''),
  view_type: z.string().max(40).optional(),
});

export const createRun = z.object({
  experiment_id: experimentId.default(0),
  user_id: text(250).optional(),
  run_name: text(250).optional(),
  start_time: integer.optional(),
  tags: z.array(tag).max(MOST_TAGS).default([]),
});
export const runById = z.object(byRun).transform(requireRunId);
export const RUN_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export const updateRun = z
  .object({
    ...byRun,
    // Protocol buffers number them from 1.
    status: z
      .union([z.enum(RUN_STATUSES), z.literal([1, 2, 3, 4, 5]).transform((n) => RUN_STATUSES[n - 1]!)])
      .optional(),
    end_time: integer.optional(),
    run_name: text(250).optional(),
  })
  .transform(requireRunId);
export const searchRuns = z.object({
  experiment_ids: z.array(experimentId).max(1000).default([]),
  filter: z.string().max(4000).default(''),
  run_view_type: z.string().max(40).optional(),
  max_results: maxResults(MOST_RESULTS),
  order_by: z.array(z.string().max(300)).max(20).default([]),
  page_token: page.page_token,
});

export const logMetric = z.object({ ...byRun, ...metric.shape }).transform(requireRunId);
export const logParam = z.object({ ...byRun, ...param.shape }).transform(requireRunId);
export const setTag = z.object({ ...byRun, ...tag.shape }).transform(requireRunId);
export const deleteTag = z.object({ ...byRun, key }).transform(requireRunId);
export const logBatch = z
  .object({
    ...byRun,
    metrics: z.array(metric).max(MOST_METRICS).default([]),
    params: z.array(param).max(MOST_PARAMS).default([]),
    tags: z.array(tag).max(MOST_TAGS).default([]),
  })
  .refine(({ metrics, params, tags }) => metrics.length + params.length + tags.length <= MOST_METRICS, {
    message: `holds more than ${MOST_METRICS} metrics, params and tags together: send several`,
  })
  .transform(requireRunId);
export const metricHistory = z
  .object({ ...byRun, metric_key: key, max_results: maxResults(25_000), page_token: page.page_token })
  .transform(requireRunId);

export const listArtifacts = z
  .object({ ...byRun, path: z.string().max(500).default('') })
  .transform(requireRunId);
