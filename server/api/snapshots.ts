import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Evaluation } from '../contract/events.ts';
import {
  chooseEvaluationBin,
  DIGEST_EVALUATIONS,
  mostEvaluations,
  thinEvaluations,
} from '../contract/milestones.ts';
import { chooseBin, rowsPerAnswer, rowsPerRun } from '../contract/series.ts';
import type { RunSnapshot, WireSeries } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import type { EvaluationDigest } from '../store/evaluation-digest.ts';
import type { RunRow } from '../store/runs.ts';
import { toWire } from './wire-series.ts';

/** A run that goes back while it is read is read again, so often. */
const MOST_TRIES = 3;
const PACE_ITERATIONS = 11;
const TRAINS = ['starting', 'running', 'paused'];

/** What of the curves is wanted. */
interface Wanted {
  /** Rows that each may have at most; absent: as many as may be. */
  points?: number;
  /** Their columns; absent: all. */
  keys?: readonly string[];
}

/** What is read of several runs at once: a query costs more than what it reads of one. */
interface Found {
  run: RunRow;
  digest: EvaluationDigest;
}

/** Runs of one query: short enough that nobody notices waiting for it. */
const CHUNK_RUNS = 10;

/** Those that exist, by id. */
async function findRuns({ store }: Lab, runIds: readonly string[]): Promise<Map<string, Found>> {
  const runs = await store.runs.findAll(runIds);
  const digests = await store.events.evaluationDigests([...runs.keys()]);
  return new Map([...runs].map(([id, run]) => [id, { run, digest: digests.get(id)! }]));
}

/** Snapshots in the order of `runIds`; runs that do not exist are left out. */
export async function readSnapshots(
  lab: Lab,
  runIds: readonly string[],
  { points, keys }: Wanted = {},
): Promise<RunSnapshot[]> {
  const most = keys ? rowsPerRun(runIds.length) : rowsPerAnswer(runIds.length);
  const rows = Math.min(points ?? most, most);
  const snapshots: RunSnapshot[] = [];
  for (let at = 0; at < runIds.length; at += CHUNK_RUNS) {
    const chunk = runIds.slice(at, at + CHUNK_RUNS);
    const found = await findRuns(lab, chunk);
    // One after the other. The embedded database answers without a turn of the event loop: others get theirs here.
    for (const runId of chunk) {
      await nextTurn();
      const snapshot = await readWhole(lab, found.get(runId), rows, keys);
      if (snapshot) snapshots.push(snapshot);
    }
  }
  return snapshots;
}

async function readWhole(
  lab: Lab,
  first: Found | undefined,
  rows: number,
  keys?: readonly string[],
): Promise<RunSnapshot | null> {
  let found = first;
  for (let tries = 1; found; tries++) {
    const { id, lastSeq } = found.run;
    const snapshot = await readSnapshot(lab, found, rows, keys);
    if (keys || tries === MOST_TRIES || !(await lab.store.events.wentBackAfter(id, lastSeq))) return snapshot;
    found = (await findRuns(lab, [id])).get(id);
  }
  return null;
}

async function readSnapshot(
  lab: Lab,
  { run, digest }: Found,
  rows: number,
  keys?: readonly string[],
): Promise<RunSnapshot> {
  const { events, series } = lab.store;
  const { id, lastSeq, state, lastCheckpoint, facts } = run;
  const bin = chooseBin(run.iteration, rows);
  const reducedTo = await series.complete(run);
  const extent = { ...run, reducedTo };
  const curves = keys ? await series.readSome(extent, bin, keys) : await series.read(extent, bin);
  // A preview is followed by the whole: it does without what no chart shows.
  const headlines = keys ? [] : await events.headlines(id, lastSeq);
  const { evaluations, evaluationBin } = await readEvaluations(lab, run, digest, mostEvaluations(rows));
  const trains = TRAINS.includes(state);
  const brokeAt = headlines.findLast(({ kind }) => kind === 'paused' || kind === 'resumed')?.seq ?? 0;
  const progress = trains ? lab.bus.progressOf(id) : null;
  const change = headlines.findLast((event) => event.kind === 'state');
  return {
    runId: id,
    lastSeq,
    state,
    reason: change?.reason ?? '',
    failedAt: change?.at ?? null,
    failsAgain: change?.repeats ?? false,
    series: toWire({ runId: id, bin, ...curves }),
    evaluations,
    evaluationBin,
    alerts: headlines.filter((event) => event.kind === 'alert'),
    lastCheckpoint,
    facts,
    progress: progress && {
      phase: progress.phase,
      iteration: progress.iteration,
      done: progress.done,
      total: progress.total,
      secondsLeft: progress.secondsLeft,
    },
    iterationTimes: trains ? await events.iterationTimes(id, brokeAt, lastSeq, PACE_ITERATIONS) : [],
  };
}

/** Evaluations up to the last event of `run`, thinned to at most `most` of each protocol. */
async function readEvaluations(
  { store: { events } }: Lab,
  { id, lastSeq, iteration }: RunRow,
  digest: EvaluationDigest,
  most: number,
): Promise<Pick<RunSnapshot, 'evaluations' | 'evaluationBin'>> {
  const isEnough = digest.bin === 1 || most <= DIGEST_EVALUATIONS;
  // What came after the last event was not there yet; where it was thinned with what was, everything is read.
  const isLater = (evaluation: Evaluation) => evaluation.iteration > iteration;
  const isMixed = digest.bin > 1 && digest.evaluations.some(isLater);
  const known = isEnough && !isMixed;
  const bin = known ? digest.bin : 1;
  const all = known ? digest.evaluations.filter((evaluation) => !isLater(evaluation)) : null;
  const evaluations = all ?? (await events.evaluationsUpTo(id, lastSeq));
  const evaluationBin = chooseEvaluationBin(evaluations, most, bin);
  return { evaluations: thinEvaluations(evaluations, evaluationBin), evaluationBin };
}

/** Without the texts that may hold paths and host names; see server/live/visibility.ts. */
export function withoutPrivateTexts(snapshot: RunSnapshot): RunSnapshot {
  const { facts } = snapshot;
  return { ...snapshot, reason: '', facts: facts && { ...facts, warmStart: '' } };
}

/** Curves between two iterations, in the order of `runIds`, as fine as `points` rows of each allow; unknown runs are left out. */
export async function readWindow(
  lab: Lab,
  runIds: readonly string[],
  { from, to, points = rowsPerAnswer(runIds.length) }: { from: number; to: number; points?: number },
): Promise<WireSeries[]> {
  const rows = Math.min(points, rowsPerAnswer(runIds.length));
  const found: WireSeries[] = [];
  const runs = await lab.store.runs.findAll(runIds);
  for (const runId of runIds) {
    await nextTurn();
    const run = runs.get(runId);
    if (!run) continue;
    const last = Math.min(to, run.iteration);
    const bin = chooseBin(Math.max(1, last - from + 1), rows);
    const reducedTo = await lab.store.series.complete(run);
    const curves = await lab.store.series.read({ ...run, reducedTo }, bin, from, last);
    found.push(toWire({ runId, bin, ...curves }));
  }
  return found;
}
