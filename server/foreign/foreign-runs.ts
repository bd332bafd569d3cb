import { AppError } from '../contract/error.ts';
import type { RunState } from '../contract/events.ts';
import { LONGEST_NAME } from '../contract/limits.ts';
import { ACTIVE_STATES } from '../contract/run-states.ts';
import { cleanText, shortenMiddle } from '../contract/text.ts';
import type { Bus } from '../live/bus.ts';
import type { Journal } from '../live/journal.ts';
import type { NewForeignRun } from '../store/foreign-runs.ts';
import type { Store } from '../store/store.ts';
import { checkPoint, type MetricPoint, metricsEvents } from './metric-points.ts';

/** Metrics that one run may have. */
export const MOST_METRICS = 2000;
const LONGEST_NOTE = 20_000;

/** Runs of other trainers: what they log goes through the same journal as what is trained here. */
export class ForeignRuns {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #bus: Bus;

  constructor(parts: { store: Store; journal: Journal; bus: Bus }) {
    this.#store = parts.store;
    this.#journal = parts.journal;
    this.#bus = parts.bus;
  }

  /** A run that goes on elsewhere. Returns its id. */
  async start(run: NewForeignRun): Promise<string> {
    const id = await this.#store.foreign.create({ ...run, name: shownName(run.name) });
    this.#bus.publishRunsChanged([id]);
    return id;
  }

  /** All of the points or none. Throws AppError `bad-input` naming the metric, `not-found`. */
  async log(runId: string, points: readonly MetricPoint[]): Promise<void> {
    for (const point of points) checkPoint(point);
    const { latest } = await this.#store.foreign.require(runId);
    const names = new Set([...Object.keys(latest), ...points.map(({ key }) => key)]);
    if (names.size > MOST_METRICS)
      throw new AppError('bad-input', `A run has at most ${MOST_METRICS} metrics: log under fewer names`);
    if (points.length > 0) await this.#journal.record(runId, metricsEvents(points));
  }

  /** Renames a run, or changes its note, as its trainer wants. */
  async describe(runId: string, { name, note }: { name?: string; note?: string }): Promise<void> {
    if (name === undefined && note === undefined) return;
    await this.#store.runs.update(runId, {
      ...(name !== undefined && { name: shownName(name) }),
      ...(note !== undefined && { note: cleanText(note, LONGEST_NOTE) }),
    });
    this.#bus.publishRunsChanged([runId]);
  }

  /** Its trainer says how the run is. */
  async setState(runId: string, to: RunState, reason: string): Promise<void> {
    const { state } = await this.#store.foreign.require(runId);
    if (state !== to) await this.#journal.recordState(runId, { from: state, to, reason });
    if (!ACTIVE_STATES.includes(to)) void this.#store.series.begin(runId);
  }

  async remove(runId: string): Promise<void> {
    await this.#store.foreign.require(runId);
    await this.#store.runs.remove(runId);
    this.#bus.publish({ type: 'removed', runId });
    this.#bus.publishRunsChanged([runId]);
  }
}

/** A trainer's name of a run, short enough for lists, in one line. */
export function shownName(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim();
  return shortenMiddle(line === '' ? 'unnamed run' : line, LONGEST_NAME);
}
