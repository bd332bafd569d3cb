import { AppError } from '../contract/error.ts';
import type { RunState } from '../contract/events.ts';
import type { Bus } from '../live/bus.ts';
import type { Journal } from '../live/journal.ts';
import type { DesiredState, RunRow } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { Measurements } from './measurements.ts';
import { ModelExports } from './model-exports.ts';
import type { Queue } from './queue.ts';
import { Replays } from './replays.ts';
import type { Supervisor } from './supervisor.ts';

const ENDED: readonly RunState[] = ['finished', 'failed', 'cancelled'];

/** What an owner can do to a run; the supervisor, here or on another machine, does it. */
export class Jobs {
  readonly supervisor: Supervisor;
  readonly measurements: Measurements;
  readonly modelExports: ModelExports;
  readonly replays: Replays;
  readonly #store: Store;
  readonly #bus: Bus;
  readonly #journal: Journal;
  readonly #queue: Queue;

  constructor(parts: {
    store: Store;
    bus: Bus;
    journal: Journal;
    queue: Queue;
    supervisor: Supervisor;
    /** For tests. */
    measureScript?: string;
  }) {
    this.supervisor = parts.supervisor;
    this.measurements = new Measurements(parts.supervisor, parts.bus, parts.store, parts.measureScript);
    this.replays = new Replays(parts.supervisor, parts.bus, parts.store);
    this.modelExports = new ModelExports(parts.supervisor);
    this.#store = parts.store;
    this.#bus = parts.bus;
    this.#journal = parts.journal;
    this.#queue = parts.queue;
  }

  /** Takes up what earlier processes were asked for and did not do. */
  async open(): Promise<void> {
    await this.replays.open();
    await this.measurements.open();
  }

  /** Takes up nothing more. */
  close(): void {
    this.replays.close();
    this.measurements.close();
  }

  async enqueue(runId: string): Promise<void> {
    await this.#queue.send(runId);
    this.#bus.publish({ type: 'queued' });
  }

  /** A run that trains pauses at the end of its iteration. Throws AppError `conflict` for an ended run. */
  async pause(runId: string): Promise<void> {
    const run = await this.#store.runs.requireNative(runId);
    refuse(run, ENDED, 'pause');
    await this.#want(run, 'pause');
    if (run.state === 'queued') await this.#tryChange(run, 'paused', 'Paused before it started');
  }

  /**
   * Goes on after a pause; after a failure or a cancellation from the last checkpoint (or from the beginning, where
   * there is none). Throws AppError `conflict` for a finished run.
   */
  async resume(runId: string): Promise<void> {
    const run = await this.#store.runs.requireNative(runId);
    refuse(run, ['finished'], 'resume');
    await this.#want(run, 'run');
    if (run.state === 'failed' || run.state === 'cancelled')
      await this.#tryChange(run, 'queued', 'Resumed by its owner');
    // Where a trainer waits, here or on another machine, the run is held and this job is dropped.
    if (run.state !== 'running' && run.state !== 'starting') await this.enqueue(runId);
  }

  /** A run of another trainer only counts as ended from then on. Throws AppError `conflict` for an ended run. */
  async cancel(runId: string): Promise<void> {
    const run = await this.#store.runs.require(runId);
    refuse(run, ENDED, 'cancel');
    if (run.config === null) return this.#tryChange(run, 'cancelled', 'Marked as ended here');
    await this.#want(run, 'cancel');
    if (run.state === 'queued') await this.#tryChange(run, 'cancelled', 'Cancelled before it started');
    // Without a trainer, whoever takes the job settles it at once; a slot is not needed for that, only free for it.
    else if (run.state === 'paused') await this.#cancelPaused(run);
  }

  async #cancelPaused(run: RunRow): Promise<void> {
    const alone = this.#store.database.kind === 'embedded';
    if (alone && !this.supervisor.has(run.id))
      await this.#tryChange(run, 'cancelled', 'Cancelled while paused');
    else await this.enqueue(run.id);
  }

  /** Deletes an ended run, or one of another trainer, with its files, on other machines as soon as they hear of it. Throws AppError `conflict` for one that goes on. */
  async remove(runId: string): Promise<void> {
    const run = await this.#store.runs.require(runId);
    if (run.config !== null && !ENDED.includes(run.state))
      throw new AppError('conflict', `${run.name} is ${run.state}: cancel it before you delete it`);
    if (this.supervisor.has(runId) || this.supervisor.isHeldElsewhere(run))
      throw new AppError('conflict', `The trainer of ${run.name} is just ending: try again in a moment`);
    await this.measurements.cancel(runId);
    await this.replays.cancelRun(runId);
    await this.#store.runs.remove(runId);
    this.#bus.publish({ type: 'removed', runId });
    await this.supervisor.removeFiles(runId);
  }

  async #want(run: RunRow, desired: DesiredState): Promise<void> {
    await this.#store.runs.update(run.id, { desired });
    this.#bus.publish({ type: 'control', runId: run.id });
    this.#bus.publishRunsChanged([run.id]);
  }

  /** Does nothing where the run has just moved on: then whoever moved it does what is wanted. */
  async #tryChange(run: RunRow, to: RunState, reason: string): Promise<void> {
    try {
      await this.#journal.recordState(run.id, { from: run.state, to, reason });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    }
  }
}

function refuse(run: RunRow, states: readonly RunState[], verb: string): void {
  if (states.includes(run.state))
    throw new AppError('conflict', `${run.name} is ${run.state}: there is nothing to ${verb}`);
}
