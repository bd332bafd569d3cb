import type { AlertEvent } from '../../server/contract/alert-events.ts';
import { collectAlerts, type RunAlert } from '../../server/contract/alerts.ts';
import type { Evaluation, Place, RunEvent, RunState, TrainerEvent } from '../../server/contract/events.ts';
import { chooseEvaluationBin, mostEvaluations, thinEvaluations } from '../../server/contract/milestones.ts';
import { rowsPerRun } from '../../server/contract/series.ts';
import { fromWire } from '../../server/contract/series-codec.ts';
import type { LogLine, MetricSeries, RunSnapshot } from '../../server/contract/views.ts';
import { SeriesBuffer } from './series-buffer.ts';

/** Lines kept in the browser; older ones stay on the server. */
export const MAX_LOG_LINES = 5000;
/** Iterations behind the pace. */
const PACE_WINDOW = 10;

type Progress = Extract<TrainerEvent, { kind: 'progress' }>;
export type Facts = Omit<Extract<TrainerEvent, { kind: 'facts' }>, 'kind'>;

/** Seconds of an iteration over the last few, evaluations between them included. */
export interface Pace {
  mean: number;
  deviation: number;
  /** Iterations it is taken over. */
  n: number;
}

/** What the events of a run add up to. A new object whenever something changed; so is each part that did. */
export interface RunPicture {
  lastSeq: number;
  state: RunState | null;
  /** Why it is in this state, in the supervisor's words. */
  reason: string;
  /** NaN where the trainer said not-a-number, null where it said nothing. */
  series: MetricSeries;
  evaluations: Evaluation[];
  /** Iterations whose evaluations are thinned out; 1: all are here. */
  evaluationBin: number;
  alerts: RunAlert[];
  progress: Omit<Progress, 'kind'> | null;
  logs: LogLine[];
  lastCheckpoint: number | null;
  /** Of a failed run: where its trainer was, and whether going on as it is would come to the same end. */
  failedAt: Place | null;
  failsAgain: boolean;
  facts: Facts | null;
  pace: Pace | null;
}

function sameProtocol(a: Evaluation, b: Evaluation): boolean {
  return (
    a.iteration === b.iteration &&
    a.split === b.split &&
    a.stepLimit === b.stepLimit &&
    a.temperature === b.temperature
  );
}

type Touched = Record<'series' | 'evaluations' | 'logs' | 'alerts', boolean>;

/**
 * One run from a snapshot on, grown event by event; the live picture equals the reloaded one, summarised alike where a run is
 * longer than `points` rows.
 */
export class RunBuffer {
  readonly #points: number;
  readonly #series: SeriesBuffer;
  #evaluations: Evaluation[] = [];
  #logs: LogLine[] = [];
  #alerts: AlertEvent[] = [];
  /** Times (epoch ms) of the last iterations without a break between them. */
  #times: number[] = [];
  #picture: RunPicture;
  #isOutdated = false;

  constructor(runId: string, points = rowsPerRun(1)) {
    this.#points = points;
    this.#series = new SeriesBuffer(runId, points);
    this.#picture = {
      lastSeq: 0,
      state: null,
      reason: '',
      series: this.#series.series,
      evaluations: [],
      evaluationBin: 1,
      alerts: [],
      progress: null,
      logs: [],
      lastCheckpoint: null,
      failedAt: null,
      failsAgain: false,
      facts: null,
      pace: null,
    };
  }

  get picture(): RunPicture {
    return this.#picture;
  }

  /** The run went back to within what was summarised: only a new snapshot tells what is left of it. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /** Starts from a snapshot. Log lines known already stay. */
  seed(snapshot: RunSnapshot): void {
    const { lastSeq, state, reason, failedAt, failsAgain } = snapshot;
    const { lastCheckpoint, facts, progress, evaluationBin } = snapshot;
    this.#series.seed(fromWire(snapshot.series));
    this.#evaluations = [...snapshot.evaluations];
    this.#alerts = [...snapshot.alerts];
    this.#times = [...snapshot.iterationTimes];
    this.#isOutdated = false;
    this.#picture = {
      ...{ lastSeq, state, reason, failedAt, failsAgain },
      ...{ lastCheckpoint, facts, progress, evaluationBin },
      series: this.#series.series,
      evaluations: [...this.#evaluations],
      alerts: collectAlerts(this.#alerts),
      logs: [...this.#logs],
      pace: this.#measurePace(),
    };
  }

  /** Log lines from the store, in order, of which some may be known already. */
  addLogs(lines: readonly LogLine[]): void {
    const known = new Set(this.#logs.map(({ seq }) => seq));
    const all = [...lines.filter(({ seq }) => !known.has(seq)), ...this.#logs];
    this.#logs = all.sort((a, b) => a.seq - b.seq).slice(-MAX_LOG_LINES);
    this.#picture = { ...this.#picture, logs: [...this.#logs] };
  }

  /** Takes events in order; those seen before are skipped. Returns whether the picture changed. */
  apply(events: readonly RunEvent[]): boolean {
    const next = { ...this.#picture };
    const touched = { series: false, evaluations: false, logs: false, alerts: false };
    let changed = false;
    for (const event of events) {
      // Progress is not stored and repeats the last number.
      if (event.kind !== 'progress') {
        if (event.seq <= next.lastSeq) continue;
        next.lastSeq = event.seq;
      }
      changed = true;
      this.#applyOne(event, next, touched);
    }
    if (!changed) return false;
    if (touched.series) next.series = this.#series.series;
    if (touched.evaluations) {
      const most = mostEvaluations(this.#points);
      next.evaluationBin = chooseEvaluationBin(this.#evaluations, most, next.evaluationBin);
      this.#evaluations = thinEvaluations(this.#evaluations, next.evaluationBin);
      next.evaluations = [...this.#evaluations];
    }
    if (touched.logs) {
      if (this.#logs.length > MAX_LOG_LINES) this.#logs = this.#logs.slice(-MAX_LOG_LINES);
      next.logs = [...this.#logs];
    }
    if (touched.alerts) next.alerts = collectAlerts(this.#alerts);
    next.pace = this.#measurePace();
    this.#picture = next;
    return true;
  }

  #applyOne(event: RunEvent, next: RunPicture, touched: Touched): void {
    switch (event.kind) {
      case 'progress': {
        const { phase, iteration, done, total, secondsLeft } = event;
        next.progress = { phase, iteration, done, total, secondsLeft };
        return;
      }
      case 'iteration':
        if (!this.#series.append(event.iteration, event.values)) this.#isOutdated = true;
        this.#times.push(event.time);
        if (this.#times.length > PACE_WINDOW + 1) this.#times.shift();
        touched.series = true;
        return;
      case 'metrics':
        if (!this.#series.merge(event.iteration, event.values)) this.#isOutdated = true;
        touched.series = true;
        return;
      case 'evaluation':
        this.#evaluations = this.#evaluations.filter((known) => !sameProtocol(known, event.evaluation));
        this.#evaluations.push(event.evaluation);
        touched.evaluations = true;
        return;
      case 'alert':
        this.#alerts.push(event);
        touched.alerts = true;
        return;
      case 'log':
        this.#logs.push({ seq: event.seq, time: event.time, level: event.level, text: event.text });
        touched.logs = true;
        return;
      case 'checkpoint':
        next.lastCheckpoint = event.iteration;
        return;
      case 'resumed':
        if (!this.#series.dropAfter(event.iteration) || next.evaluationBin > 1) this.#isOutdated = true;
        this.#evaluations = this.#evaluations.filter(({ iteration }) => iteration <= event.iteration);
        this.#alerts = this.#alerts.filter(({ iteration }) => iteration <= event.iteration);
        this.#times = [];
        touched.series = true;
        touched.evaluations = true;
        touched.alerts = true;
        return;
      case 'facts': {
        const { kind: _kind, runId: _runId, seq: _seq, time: _time, ...facts } = event;
        next.facts = facts;
        return;
      }
      case 'paused':
        this.#times = [];
        return;
      case 'state':
        next.state = event.to;
        next.reason = event.reason;
        next.failedAt = event.at ?? null;
        next.failsAgain = event.repeats ?? false;
        if (event.to === 'finished' || event.to === 'queued') next.progress = null;
        return;
      case 'provenance': // the page asks for it when the state changes
      case 'failed':
      case 'finished':
      case 'recording':
      case 'episodes':
      case 'tally':
        return;
    }
  }

  #measurePace(): Pace | null {
    const times = this.#times;
    const n = times.length - 1;
    if (n < 1) return null;
    const seconds = times.slice(1).map((time, index) => (time - times[index]!) / 1000);
    const mean = seconds.reduce((sum, value) => sum + value, 0) / n;
    const variance = seconds.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, n - 1);
    return { mean, deviation: Math.sqrt(variance), n };
  }
}
