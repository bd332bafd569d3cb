import { type AlertEvent, collectAlerts, type RunAlert } from '../../server/contract/alerts.ts';
import type { Evaluation, Place, RunEvent, RunState, TrainerEvent } from '../../server/contract/events.ts';
import type { LogLine, MetricSeries } from '../../server/contract/views.ts';

/** Lines kept in the browser; older ones stay on the server. */
const MAX_LOG_LINES = 5000;
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

/** Columns and lists of one run, grown event by event; the live picture equals the reloaded one. */
export class RunBuffer {
  readonly #runId: string;
  #iterations: number[] = [];
  #columns: Record<string, (number | null)[]> = {};
  #evaluations: Evaluation[] = [];
  #logs: LogLine[] = [];
  #alerts: AlertEvent[] = [];
  /** Times (epoch ms) of the last iterations without a break between them. */
  #times: number[] = [];
  #picture: RunPicture;

  constructor(runId: string) {
    this.#runId = runId;
    this.#picture = {
      lastSeq: 0,
      state: null,
      reason: '',
      series: { runId, iterations: [], columns: {} },
      evaluations: [],
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
    if (touched.series)
      next.series = {
        runId: this.#runId,
        iterations: [...this.#iterations],
        columns: Object.fromEntries(Object.entries(this.#columns).map(([key, column]) => [key, [...column]])),
      };
    if (touched.evaluations) next.evaluations = [...this.#evaluations];
    if (touched.logs) {
      if (this.#logs.length > MAX_LOG_LINES) this.#logs = this.#logs.slice(-MAX_LOG_LINES);
      next.logs = [...this.#logs];
    }
    if (touched.alerts) next.alerts = collectAlerts(this.#alerts);
    next.pace = this.#measurePace();
    this.#picture = next;
    return true;
  }

  #applyOne(
    event: RunEvent,
    next: RunPicture,
    touched: Record<'series' | 'evaluations' | 'logs' | 'alerts', boolean>,
  ): void {
    switch (event.kind) {
      case 'progress': {
        const { phase, iteration, done, total } = event;
        next.progress = { phase, iteration, done, total };
        return;
      }
      case 'iteration':
        this.#appendIteration(event.iteration, event.values);
        this.#times.push(event.time);
        if (this.#times.length > PACE_WINDOW + 1) this.#times.shift();
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
        this.#dropAfter(event.iteration);
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
      case 'failed':
      case 'finished':
        return;
    }
  }

  #appendIteration(iteration: number, values: Record<string, number | null>): void {
    // An iteration told twice replaces what followed it: one point an iteration, always.
    if (iteration <= (this.#iterations.at(-1) ?? -1)) this.#dropAfter(iteration - 1);
    const length = this.#iterations.length;
    this.#iterations.push(iteration);
    for (const [key, value] of Object.entries(values)) {
      const column = this.#columns[key] ?? new Array<number | null>(length).fill(null);
      column.push(value ?? Number.NaN);
      this.#columns[key] = column;
    }
    for (const column of Object.values(this.#columns)) if (column.length === length) column.push(null);
  }

  #dropAfter(iteration: number): void {
    const kept = this.#iterations.filter((known) => known <= iteration).length;
    this.#iterations = this.#iterations.slice(0, kept);
    this.#columns = Object.fromEntries(
      Object.entries(this.#columns).map(([key, column]) => [key, column.slice(0, kept)]),
    );
    this.#evaluations = this.#evaluations.filter((evaluation) => evaluation.iteration <= iteration);
    this.#alerts = this.#alerts.filter((alert) => alert.iteration <= iteration);
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
