import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ServerConfig, WITHOUT_SECRETS } from '../config.ts';
import { requireEndpoint } from '../contract/endpoints.ts';
import { AppError } from '../contract/error.ts';
import type { Provenance } from '../contract/provenance-event.ts';
import type { RunConfig } from '../contract/run-config.ts';
import { keysFor } from '../endpoint-keys.ts';
import type { Bus, BusMessage } from '../live/bus.ts';
import type { Journal } from '../live/journal.ts';
import { residentBytesOf } from '../process/resident-memory.ts';
import type { NativeRun, RunRow } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { Execution } from './execution.ts';
import { Lease } from './lease.ts';
import type { Job, Queue } from './queue.ts';

const TRAINER_SCRIPT = fileURLToPath(new URL('../rl/train/trainer.ts', import.meta.url));
const RECONCILE_MS = 15_000;
/** A trainer that works tells of its progress several times a minute. */
const STALL_MS = 60_000;
const WATCH_MS = 5_000;
const SWEEP_MS = 600_000;

export interface SupervisorParts {
  config: Pick<
    ServerConfig,
    | 'slots'
    | 'threadsPerRun'
    | 'dataFolder'
    | 'modelsFolder'
    | 'engine'
    | 'alfworldData'
    | 'webshopData'
    | 'endpointHosts'
    | 'endpointKeys'
    | 'remoteHosts'
  >;
  store: Store;
  bus: Bus;
  journal: Journal;
  queue: Queue;
  /** For tests. */
  trainerScript?: string;
  /** For tests: a trainer that is silent for so long is called stalled. */
  stallMs?: number;
}

/** Takes runs from the queue into trainer processes, at most `slots` of them training at once. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #lease: Lease;
  readonly #executions = new Map<string, { execution: Execution; done: Promise<void> }>();
  readonly #taking = new Map<string, Promise<void>>();
  /** Runs whose end the database refuses: held, so that nobody trains them again and again. */
  readonly #leftAlone = new Set<string>();
  /** Runs whose trainer shows no sign of life, by since when. */
  readonly #stalled = new Map<string, number>();
  #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => undefined;
  #pumping: Promise<void> | null = null;
  #pumpAgain = false;
  #reserved = 0;
  /** Tasks beside training: those that wait for a slot, and how many have one. */
  readonly #guests: (() => Promise<void>)[] = [];
  #lent = 0;
  readonly #visits = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  #stopping = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.#lease = new Lease({
      store: parts.store,
      dataFolder: parts.config.dataFolder,
      onLost: () => {
        for (const { execution } of this.#executions.values()) execution.drop();
      },
      onFreed: async (runs, reason) => {
        for (const run of runs) await this.#offer(run, reason);
        this.pump();
      },
    });
  }

  /** Picks up what an earlier process left behind, then works until `stop`. */
  async start(): Promise<void> {
    const { queue, store, bus, ...parts } = this.#parts;
    // An embedded database has one process: whatever was taken was taken by a dead one.
    if (store.database.kind === 'embedded') await queue.clear();
    await this.#lease.start();
    await this.#reconcile();
    await this.#sweepFolders();
    this.#unsubscribe = bus.subscribe((message) => this.#onMessage(message));
    this.#timers = [
      setInterval(() => this.#run(() => this.#reconcile()), RECONCILE_MS),
      setInterval(() => this.#run(() => this.#sweepFolders()), SWEEP_MS),
      setInterval(() => this.#watchTrainers(), Math.min(WATCH_MS, parts.stallMs ?? WATCH_MS)),
      // Other machines' messages are hints; with them away, this is how work is found.
      setInterval(() => this.pump(), store.database.kind === 'postgres' ? 2_000 : 10_000),
    ];
    this.pump();
  }

  /** Ends every trainer and gives their runs back; they are picked up again, by others at once. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#pumping;
    await Promise.all(this.#taking.values());
    this.#ending.abort();
    for (const guest of this.#guests.splice(0)) this.#admit(guest);
    const running = [...this.#executions.values()];
    for (const { execution } of running) execution.stop(signal);
    await Promise.all([...running.map(({ done }) => done), ...this.#visits]);
    // With the database away, the others notice by themselves.
    await this.#lease.leave().catch((error) => this.#report(error));
  }

  get slotsInUse(): number {
    return this.#lent + this.#reserved + this.#all().filter((execution) => execution.holdsSlot).length;
  }

  /** Whether a trainer of this process works on the run. */
  has(runId: string): boolean {
    return this.#executions.has(runId);
  }

  /** What a row says that this process holds. */
  get holder(): string {
    return this.#lease.holder;
  }

  /** Whether another process works on the run, as far as it is known. */
  isHeldElsewhere(run: RunRow): boolean {
    return run.holder !== null && run.holder !== this.#lease.holder;
  }

  /**
   * Runs a task beside training in a slot of its own, as soon as one is free and before runs that wait. `ending` aborts when
   * the supervisor stops; a task that had no slot by then is called to see it.
   */
  lend(task: (ending: AbortSignal) => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#guests.push(() => task(this.#ending.signal).then(resolve, reject));
      this.pump();
    });
  }

  /** Trainers of this process that show no sign of life, by run: since when, in epoch milliseconds. */
  get stalled(): ReadonlyMap<string, number> {
    return this.#stalled;
  }

  /** Resident memory of this machine's trainers. */
  residentBytes(): number {
    return this.#all().reduce((sum, { pid }) => sum + (pid === undefined ? 0 : residentBytesOf(pid)), 0);
  }

  /** Where the files of a run are, on the machine that trains it. */
  folderOf(runId: string): string {
    return join(this.#parts.config.dataFolder, 'runs', runId);
  }

  /** What child processes get to know: no secrets. */
  environment(): Record<string, string | undefined> {
    const { config } = this.#parts;
    return {
      HIPER_DATA: config.dataFolder,
      HIPER_MODELS: config.modelsFolder,
      HIPER_ENGINE: config.engine,
      HIPER_THREADS: String(config.threadsPerRun),
      ALFWORLD_DATA: config.alfworldData,
      HIPER_REMOTE_HOSTS: config.remoteHosts === null ? undefined : config.remoteHosts.join(',') || 'none',
      WEBSHOP_DATA: config.webshopData,
      ...WITHOUT_SECRETS,
    };
  }

  /** What the trainer of a run gets to know beside that: the key of its endpoint. Throws AppError for one that it may not ask. */
  #environmentOf({ policy, endpoint }: RunConfig): Record<string, string | undefined> {
    if (policy !== 'endpoint') return this.environment();
    const { endpointHosts, endpointKeys } = this.#parts.config;
    requireEndpoint(endpoint, endpointHosts);
    return { ...this.environment(), HIPER_ENDPOINT_KEYS: keysFor(endpoint, endpointKeys) };
  }

  /** Removes the files of a run. */
  async removeFiles(runId: string): Promise<void> {
    // The id may come from another machine: never out of the folder of runs.
    if (!/^[a-z0-9]+$/i.test(runId)) return;
    await rm(this.folderOf(runId), { recursive: true, force: true });
  }

  /** Removes what is here of runs that were deleted while this machine did not listen. */
  async #sweepFolders(): Promise<void> {
    const folders = await readdir(join(this.#parts.config.dataFolder, 'runs')).catch(() => []);
    if (folders.length === 0) return;
    for (const runId of await this.#parts.store.runs.removedAmong(folders)) await this.removeFiles(runId);
  }

  /** Fills free slots: paused runs that want to go on first, then the queue. */
  pump(): void {
    if (this.#stopping) return;
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumpAgain = false;
    this.#pumping = this.#fillSlots()
      .catch((error) => this.#report(error))
      .finally(() => {
        this.#pumping = null;
        if (this.#pumpAgain) this.pump();
      });
  }

  async #fillSlots(): Promise<void> {
    const { slots } = this.#parts.config;
    for (const execution of this.#all())
      if (execution.waitsForSlot && this.slotsInUse < slots) execution.resume();
    while (this.#guests.length > 0 && this.slotsInUse < slots) this.#admit(this.#guests.shift()!);
    const free = slots - this.slotsInUse;
    if (free <= 0) return;
    for (const job of await this.#parts.queue.fetch(free)) {
      if (this.#taking.has(job.runId)) continue;
      this.#reserved += 1;
      const taking = this.#take(job)
        .catch((error) => this.#report(error))
        .finally(() => {
          this.#reserved -= 1;
          this.#taking.delete(job.runId);
          this.pump();
        });
      this.#taking.set(job.runId, taking);
    }
  }

  #admit(guest: () => Promise<void>): void {
    this.#lent += 1;
    const visit: Promise<void> = guest().finally(() => {
      this.#lent -= 1;
      this.#visits.delete(visit);
      this.pump();
    });
    this.#visits.add(visit);
  }

  /** Holds the run of a job and starts its trainer, or settles it where there is nothing to train. */
  async #take(job: Job): Promise<void> {
    const { store, queue } = this.#parts;
    const { runId } = job;
    const { holder } = this.#lease;
    try {
      const run = await this.#patiently(() => store.runs.find(runId));
      if (this.#stopping) return await queue.send(runId);
      const free = run && !this.#executions.has(runId) && !this.#leftAlone.has(runId);
      const trains = free && [null, holder].includes(run.holder) && (await this.#wantsTraining(run));
      const claimed = trains ? await this.#patiently(() => store.runs.claim(runId, holder)) : null;
      await this.#patiently(() => queue.complete(job.id));
      if (!run || !claimed) return;
      await this.#begin(run, claimed);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      // Its owner paused or cancelled it at this very moment: whoever takes the job next does what is wanted.
      await this.#patiently(() => queue.send(runId));
    }
  }

  /** Starts the trainer of a run that this process holds; without one, the run is given back. */
  async #begin(run: RunRow, claimed: NativeRun): Promise<void> {
    const { store, journal } = this.#parts;
    let entry: { execution: Execution; done: Promise<void> } | null = null;
    try {
      const provenance = await this.#patiently(() => store.events.provenance(run.id));
      const change = { from: run.state, to: 'starting' as const, reason: startReason(run) };
      await journal.recordState(run.id, change, claimed.attempt);
      try {
        entry = {
          execution: this.#startTrainer(claimed, provenance.at(-1) ?? null),
          done: Promise.resolve(),
        };
      } catch (error) {
        const reason = `The trainer could not be started: ${(error as Error).message}`;
        const failed = { from: 'starting' as const, to: 'failed' as const, reason };
        await journal.recordState(run.id, failed, claimed.attempt);
        return;
      }
      this.#executions.set(run.id, entry);
      entry.done = this.#finish(run.id, entry.execution);
    } finally {
      if (entry === null) await this.#patiently(() => store.runs.release(run.id, claimed.holder ?? ''));
    }
    // Lost while it was being taken up.
    if (claimed.holder !== this.#lease.holder) entry.execution.drop();
    await this.#control(run.id);
  }

  async #wantsTraining(run: RunRow): Promise<boolean> {
    const { journal } = this.#parts;
    if (run.config === null || ['finished', 'failed', 'cancelled'].includes(run.state)) return false;
    if (run.desired === 'cancel') {
      await journal.recordState(run.id, { from: run.state, to: 'cancelled', reason: 'Cancelled' });
      return false;
    }
    if (run.desired === 'pause') {
      if (run.state !== 'paused')
        await journal.recordState(run.id, { from: run.state, to: 'paused', reason: 'Paused' });
      return false;
    }
    return true;
  }

  #startTrainer(run: NativeRun, provenance: Provenance | null): Execution {
    const { journal, bus, trainerScript } = this.#parts;
    return new Execution(
      run,
      {
        script: trainerScript ?? TRAINER_SCRIPT,
        runId: run.id,
        config: run.config,
        folder: this.folderOf(run.id),
        // A checkpoint in a run's folder is the run's, also where an older database knows of none.
        resume: true,
        storedIteration: run.iteration,
        environment: this.#environmentOf(run.config),
      },
      { journal, bus, onSlotFreed: () => this.pump() },
      provenance,
    );
  }

  async #finish(runId: string, execution: Execution): Promise<void> {
    const { store, queue } = this.#parts;
    const { holder } = this.#lease;
    try {
      await execution.wait();
    } catch (error) {
      if (!this.#stopping) {
        this.#report(error);
        this.#leftAlone.add(runId);
      }
    }
    this.#executions.delete(runId);
    if (this.#stopping) return;
    this.pump();
    if (execution.dropped || this.#leftAlone.has(runId)) return;
    try {
      await this.#patiently(() => store.runs.release(runId, holder));
      // Resumed in the moment between its end and this: its new job was dropped because the run was still held.
      const run = await this.#patiently(() => store.runs.find(runId));
      if (run?.state === 'queued') await this.#patiently(() => queue.send(runId));
    } catch (error) {
      this.#report(error);
    }
    this.pump();
  }

  /** A trainer that stands still (frozen, or stuck in a driver) cannot say so itself. */
  #watchTrainers(): void {
    const { bus, stallMs = STALL_MS } = this.#parts;
    for (const runId of new Set([...this.#executions.keys(), ...this.#stalled.keys()])) {
      const since = this.#executions.get(runId)?.execution.stalledSince(stallMs) ?? null;
      const known = this.#stalled.get(runId);
      if (since === null) this.#stalled.delete(runId);
      else this.#stalled.set(runId, known ?? since);
      if (since !== null || known !== undefined)
        bus.publish({ type: 'stalled', runId, since: since && (known ?? since) });
      if ((since === null) !== (known === undefined)) bus.publishRunsChanged([runId]);
    }
  }

  /** Tells the trainer what the owner of the run wants by now. */
  async #control(runId: string): Promise<void> {
    const entry = this.#executions.get(runId);
    if (!entry) return;
    const run = await this.#parts.store.runs.find(runId);
    entry.execution.want(run?.desired ?? 'cancel');
    this.pump();
  }

  #onMessage(message: BusMessage): void {
    if (message.type === 'queued') this.pump();
    if (message.type === 'removed') this.#run(() => this.removeFiles(message.runId));
    if (message.type === 'resync') this.#run(() => this.#sweepFolders());
    if (message.type === 'control') this.#run(() => this.#control(message.runId));
    if (message.type === 'resync')
      for (const runId of this.#executions.keys()) this.#run(() => this.#control(runId));
  }

  /** Every run that should train is held or has a job: makes good what a crash between two writes left undone. */
  async #reconcile(): Promise<void> {
    const { store } = this.#parts;
    const runs = await store.runs.listNative({ states: ['queued', 'starting', 'running', 'paused'] });
    for (const run of runs.reverse())
      if (run.holder === null) await this.#offer(run, 'Its server or worker stopped');
    for (const runId of this.#executions.keys()) await this.#control(runId);
  }

  /** Lets whoever has a slot take up a run that nobody holds. Where others look on, it is not called running meanwhile. */
  async #offer(run: RunRow, reason: string): Promise<void> {
    const { store, journal, queue, bus } = this.#parts;
    const rests = run.state === 'paused' && run.desired === 'pause';
    if (rests || !['queued', 'starting', 'running', 'paused'].includes(run.state)) return;
    if (store.database.kind === 'postgres' && run.state !== 'queued')
      try {
        await journal.recordState(run.id, { from: run.state, to: 'queued', reason }, run.attempt);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      }
    await queue.send(run.id);
    bus.publish({ type: 'queued' });
  }

  /** While the database is away, waits; see DatabaseLink. The tasks here bear being done twice. */
  #patiently<Result>(task: () => Promise<Result>): Promise<Result> {
    return this.#parts.store.database.link.patiently(task, () => !this.#stopping);
  }

  /** What went wrong beside the runs themselves; an outage of the database is told once, by its link. */
  #report(error: unknown): void {
    if (!this.#parts.store.database.link.lost(error))
      console.error('[jobs]', error instanceof Error ? error.message : error);
  }

  #run(task: () => Promise<void>): void {
    if (!this.#stopping) task().catch((error) => this.#report(error));
  }

  #all(): Execution[] {
    return [...this.#executions.values()].map(({ execution }) => execution);
  }
}

/** From where it goes on only the trainer knows: it finds the checkpoint, or none, and says so. */
function startReason(run: RunRow): string {
  if (run.startedAt === null) return 'A worker has taken it up';
  return run.state === 'queued' ? 'Taken up again' : 'Its server or worker stopped; taken up again';
}
