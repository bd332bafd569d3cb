import type { Prisma } from '../../prisma/generated/client.ts';
import { fromMetricValue, type MetricValue, type RunEvent } from '../contract/events.ts';

/** The value of a metric at its newest step, under the name that its trainer gave it. */
export interface LatestMetric {
  value: MetricValue;
  step: number;
  /** Epoch milliseconds. */
  timestamp: number;
  /** What the catalogue calls it, where that is another name. */
  key?: string;
}

/** Newest is the largest step, then the latest time, then the largest value, as MLflow has it. */
function isNewer(a: LatestMetric, b: LatestMetric): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return !(fromMetricValue(a.value) < fromMetricValue(b.value));
}

/** Takes metrics in that are stored in this transaction. */
export async function foldLatest(
  tx: Prisma.TransactionClient,
  runId: string,
  events: readonly RunEvent[],
): Promise<void> {
  const stored = await tx.foreignRun.findUnique({ where: { runId }, select: { latest: true } });
  if (!stored) return;
  const latest = new Map(Object.entries(stored.latest as unknown as Record<string, LatestMetric>));
  for (const event of events) {
    if (event.kind !== 'metrics') continue;
    for (const [key, value] of Object.entries(event.values)) {
      const name = event.names?.[key] ?? key;
      const next: LatestMetric = { value, step: event.iteration, timestamp: event.loggedAt };
      if (name !== key) next.key = key;
      const known = latest.get(name);
      if (!known || isNewer(next, known)) latest.set(name, next);
    }
  }
  await tx.foreignRun.update({
    where: { runId },
    data: { latest: Object.fromEntries(latest) as unknown as Prisma.InputJsonValue },
  });
}
