import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '../../server/api/root.ts';
import { PREVIEW_KEYS, rowsPerRun, runsPerRequest } from '../../server/contract/series.ts';
import { fromWire } from '../../server/contract/series-codec.ts';
import type { LogLine, MetricSeries, RunSnapshot, WireSeries } from '../../server/contract/views.ts';
import { hasPreview, RUNS_A_PREVIEW, snapshotsInput } from './first-requests.ts';
import { MAX_LOG_LINES } from './run-buffer.ts';

// Requests of their own: in a batch all would wait for the longest.
const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: '/api/trpc' })] });

/** What a feed wants: the run as far as it has got, in at most `points` rows. */
interface Wanted {
  runId: string;
  shareToken: string;
  points: number;
  /** Comes first where the whole is more than one request: some of the columns (see `PREVIEW_KEYS`). */
  onPreview: (snapshot: RunSnapshot) => void;
  /** Undefined: the server does not know the run. */
  onSnapshot: (snapshot: RunSnapshot | undefined) => void;
  onError: (error: Error) => void;
}

let wanted: Wanted[] = [];
let isAsking = false;

/** Asks for a snapshot; what is wanted at the same time is asked for together, some runs after the other. Returns what takes it back. */
export function requestSnapshot(want: Wanted): () => void {
  wanted.push(want);
  if (!isAsking) {
    isAsking = true;
    // The feeds of a page attach in one go: wait for all of them.
    queueMicrotask(() => void askAll());
  }
  return () => {
    wanted = wanted.filter((other) => other !== want);
  };
}

async function askSnapshots(
  { shareToken, points }: Wanted,
  group: readonly Wanted[],
  keys?: readonly string[],
): Promise<RunSnapshot[]> {
  const asked = snapshotsInput(
    group.map(({ runId }) => runId),
    points,
    keys,
  );
  return shareToken
    ? api.shares.snapshots.query({ token: shareToken, ...asked })
    : api.metrics.snapshots.query(asked);
}

/** Of many runs, all lines of the first charts are here before the first run is whole. */
async function askPreviews(): Promise<void> {
  const all = [...wanted];
  for (let at = 0; at < all.length; at += RUNS_A_PREVIEW) {
    const first = all[at]!;
    const group = all
      .slice(at, at + RUNS_A_PREVIEW)
      .filter(({ shareToken, points }) => shareToken === first.shareToken && points === first.points);
    const snapshots = await askSnapshots(first, group, PREVIEW_KEYS);
    for (const want of group) {
      const snapshot = snapshots.find(({ runId }) => runId === want.runId);
      if (snapshot && wanted.includes(want)) want.onPreview(snapshot);
    }
  }
}

/** The page draws what it has before it is handed megabytes more. */
function untilIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 1000 });
    else setTimeout(resolve, 300);
  });
}

async function askAll(): Promise<void> {
  const [any] = wanted;
  // Where a preview fails, what follows it tells why.
  if (any && hasPreview(wanted.length, any.points)) {
    await askPreviews().catch(() => undefined);
    await untilIdle();
  }
  for (let first = wanted[0]; first; first = wanted[0]) {
    const { shareToken, points } = first;
    const group = wanted
      .filter((want) => want.shareToken === shareToken && want.points === points)
      .slice(0, runsPerRequest(points));
    const asked = new Set(group);
    wanted = wanted.filter((want) => !asked.has(want));
    try {
      const snapshots = await askSnapshots(first, group);
      for (const want of group) want.onSnapshot(snapshots.find(({ runId }) => runId === want.runId));
    } catch (error) {
      for (const want of group) want.onError(error as Error);
    }
  }
  isAsking = false;
}

/** The curves of runs between two iterations, as fine as their number allows. */
export async function requestWindow(
  runIds: readonly string[],
  from: number,
  to: number,
  shareToken: string,
): Promise<MetricSeries[]> {
  const points = rowsPerRun(runIds.length);
  const group = runsPerRequest(points);
  const ask = (first: number): Promise<WireSeries[]> => {
    const asked = { runIds: runIds.slice(first, first + group), from, to, points };
    return shareToken
      ? api.shares.window.query({ token: shareToken, ...asked })
      : api.metrics.window.query(asked);
  };
  const found: MetricSeries[] = [];
  let answer = ask(0);
  for (let next = group; next - group < runIds.length; next += group) {
    const series = await answer;
    // The server makes the next answer while this one is read.
    if (next < runIds.length) answer = ask(next);
    found.push(...series.map(fromWire));
  }
  return found;
}

/** The newest log lines of a run; for its owner. */
export function requestLogs(runId: string): Promise<LogLine[]> {
  return api.runs.logs.query({ id: runId, limit: MAX_LOG_LINES });
}
