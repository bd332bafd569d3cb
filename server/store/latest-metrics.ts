import type { Prisma } from '../../prisma/generated/client.ts';
import type { RunEvent, TrainerEvent } from '../contract/events.ts';
import { fromMetricValue, type MetricValue } from '../contract/metric-value.ts';

/** The value of a metric at its newest step, under the name that its trainer gave it. */
export interface LatestMetric {
  value: MetricValue;
  step: number;
  /** Epoch milliseconds. */
  timestamp: number;
  /** What the catalogue calls it, where that is another name. */
  key?: string;
}

/** By the trainer's names. */
export type LatestMetrics = Record<string, LatestMetric>;

/** Newest is the largest step, then the latest time, then the largest value, as MLflow has it. */
function isNewer(a: LatestMetric, b: LatestMetric): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return !(fromMetricValue(a.value) < fromMetricValue(b.value));
}

/** What is newest after some more events. */
export function latestOf(
  events: readonly Extract<TrainerEvent, { kind: 'metrics' }>[],
  before: LatestMetrics = {},
): LatestMetrics {
  const latest = new Map(Object.entries(before));
  for (const { values, names, iteration, loggedAt } of events)
    for (const [key, value] of Object.entries(values)) {
      const name = names?.[key] ?? key;
      const next: LatestMetric = { value, step: iteration, timestamp: loggedAt };
      if (name !== key) next.key = key;
      const known = latest.get(name);
      if (!known || isNewer(next, known)) latest.set(name, next);
    }
  return Object.fromEntries(latest);
}

/** Takes metrics in that are stored in this transaction. */
export async function foldLatest(
  tx: Prisma.TransactionClient,
  runId: string,
  events: readonly RunEvent[],
): Promise<void> {
  const stored = await tx.foreignRun.findUnique({ where: { runId }, select: { latest: true } });
  if (!stored) return;
  const metrics = events.flatMap((event) => (event.kind === 'metrics' ? event : []));
  const latest = latestOf(metrics, stored.latest as unknown as LatestMetrics);
  await tx.foreignRun.update({
    where: { runId },
    data: { latest: latest as unknown as Prisma.InputJsonValue },
  });
}
