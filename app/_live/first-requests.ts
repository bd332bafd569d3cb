import { PREVIEW_KEYS, rowsPerRun, runsPerRequest } from '../../server/contract/series.ts';

/** Most runs of one preview. */
export const RUNS_A_PREVIEW = 50;

/** What a snapshot of several runs is asked for with. */
export function snapshotsInput(runIds: string[], points: number, keys?: readonly string[]) {
  return { runIds, points, ...(keys && { keys: [...keys] }) };
}

/** Whether some columns of so many runs are asked for before the whole: it is more than one request. */
export function hasPreview(runs: number, points: number): boolean {
  return runs > runsPerRequest(points);
}

/**
 * Addresses that a comparison of these runs asks first, as its client spells them: a page that names them in its head has the answers
 * under way while its scripts are read. test/e2e/first-load.test.ts holds that nothing is asked twice.
 */
export function firstRequests(runIds: readonly string[]): string[] {
  const points = rowsPerRun(runIds.length);
  const snapshots = hasPreview(runIds.length, points)
    ? snapshotsInput(runIds.slice(0, RUNS_A_PREVIEW), points, PREVIEW_KEYS)
    : snapshotsInput([...runIds], points);
  return [
    '/api/trpc/runs.list?batch=1&input=%7B%7D',
    `/api/trpc/metrics.snapshots?input=${encodeURIComponent(JSON.stringify(snapshots))}`,
  ];
}
