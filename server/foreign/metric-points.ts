import { AppError } from '../contract/error.ts';
import type { TrainerEvent } from '../contract/events.ts';
import { LARGEST_STORED_INTEGER } from '../contract/limits.ts';
import { toMetricValue } from '../contract/metric-value.ts';
import { catalogueKeys } from './metric-keys.ts';

/** One value of a metric, as another trainer logs it. */
export interface MetricPoint {
  key: string;
  value: number;
  step: number;
  /** Epoch milliseconds. */
  timestamp: number;
}

export type MetricsEvent = Extract<TrainerEvent, { kind: 'metrics' }>;

/** Characters of a metric's name. */
export const LONGEST_METRIC = 250;
const LATEST_TIME = 8.64e15;

/** Throws AppError `bad-input` naming the metric and the fix. */
export function checkPoint({ key, step, timestamp }: MetricPoint): void {
  const fail = (problem: string) => {
    throw new AppError('bad-input', problem);
  };
  if (key === '' || key.length > LONGEST_METRIC)
    fail(`metric ${JSON.stringify(key.slice(0, 40))}: a name has 1 to ${LONGEST_METRIC} characters`);
  if (/[\p{Cc}\p{Cs}]/u.test(key)) fail(`metric ${JSON.stringify(key)}: its name holds what is not text`);
  if (!Number.isInteger(step) || step < 0 || step > LARGEST_STORED_INTEGER)
    fail(`metric ${key}: step ${step} must be a whole number from 0 to ${LARGEST_STORED_INTEGER}`);
  if (!Number.isInteger(timestamp) || Math.abs(timestamp) > LATEST_TIME)
    fail(`metric ${key}: timestamp ${timestamp} must be milliseconds since 1970`);
}

/** Points as events: those of one step and time together, in the order in which they came. */
export function metricsEvents(points: readonly MetricPoint[]): MetricsEvent[] {
  const groups = new Map<string, Map<string, number>[]>();
  const places = new Map<string, Pick<MetricPoint, 'step' | 'timestamp'>>();
  for (const { key, value, step, timestamp } of points) {
    const place = `${step} ${timestamp}`;
    places.set(place, { step, timestamp });
    const sets = groups.get(place) ?? [];
    groups.set(place, sets);
    const free = sets.find((set) => !set.has(key));
    if (free) free.set(key, value);
    else sets.push(new Map([[key, value]]));
  }
  return [...groups].flatMap(([place, sets]) => sets.map((set) => toEvent(places.get(place)!, set)));
}

function toEvent(
  { step, timestamp }: Pick<MetricPoint, 'step' | 'timestamp'>,
  set: ReadonlyMap<string, number>,
): MetricsEvent {
  const keys = catalogueKeys([...set.keys()]);
  const values: MetricsEvent['values'] = {};
  const names: Record<string, string> = {};
  for (const [name, value] of set) {
    const key = keys.get(name) ?? name;
    values[key] = toMetricValue(value);
    if (key !== name) names[key] = name;
  }
  const renamed = Object.keys(names).length > 0;
  return { kind: 'metrics', iteration: step, loggedAt: timestamp, values, ...(renamed && { names }) };
}
