import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerConfig } from '../config.ts';
import { AppError } from '../contract/error.ts';
import type { Bus, BusMessage } from '../live/bus.ts';
import type { Journal } from '../live/journal.ts';
import { residentBytesOf } from '../process/resident-memory.ts';
import type { RunRow } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { Execution } from './execution.ts';
import type { Job, Queue } from './queue.ts';

const TRAINER_SCRIPT = fileURLToPath(new URL('../rl/train/trainer.ts', import.meta.url));
const KEEP_ALIVE_MS = 15_000;
const RECONCILE_MS = 15_000;

export interface SupervisorParts {
  config: Pick<ServerConfig, 'slots' | 'threadsPerRun' | 'dataFolder' | 'engine' | 'alfworldData'>;
  store: Store;
  bus: Bus;
  journal: Journal;
  queue: Queue;
  /** For tests. */
  trainerScript?: string;
}

/** Takes runs from the queue into trainer processes, at most `slots` of them training at once. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #executions = new Map<string, { execution: Execution; jobId: string; done: Promise<void> }>();
  readonly #taking = new Set<Promise<void>>();
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
  }

  /** Picks up what an earlier process left behind, then works until `stop`. */
  async start(): Promise<void> {
    const { queue, store, bus } = this.#parts;
    // An embedded database has one process: whatever was taken was taken by a dead one.
    if (store.database.kind === 'embedded') await queue.clear();
    await this.#reconcile();
    this.#unsubscribe = bus.subscribe((message) => this.#onMessage(message));
    this.#timers = [
      setInterval(() => this.#run(() => this.#keepAlive()), KEEP_ALIVE_MS),
      setInterval(() => this.#run(() => this.#reconcile()), RECONCILE_MS),
      // Other machines' messages are hints; with them away, this is how work is found.
      setInterval(() => this.pump(), store.database.kind === 'postgres' ? 2_000 : 10_000),
    ];
    this.pump();
  }

  /** Ends every trainer; their runs stay as they are and are picked up again later. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#pumping;
    await Promise.all(this.#taking);
    this.#ending.abort();
    for (const guest of this.#guests.splice(0)) this.#admit(guest);
    const running = [...this.#executions.values()];
    for (const { execution } of running) execution.stop(signal);
    await Promise.all([...running.map(({ done }) => done), ...this.#visits]);
  }

  get slotsInUse(): number {
    return this.#lent + this.#reserved + this.#all().filter((execution) => execution.holdsSlot).length;
  }

  /** Whether a trainer of this process works on the run. */
  has(runId: string): boolean {
    return this.#executions.has(runId);
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
      HIPER_ENGINE: config.engine,
      HIPER_THREADS: String(config.threadsPerRun),
      ALFWORLD_DATA: config.alfworldData,
      HIPER_SECRET: undefined,
      DATABASE_URL: undefined,
    };
  }

  /** Removes the files of a run. */
  async removeFiles(runId: string): Promise<void> {
    await rm(this.folderOf(runId), { recursive: true, force: true });
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
      .catch(reportProblem)
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
      this.#reserved += 1;
      const taking: Promise<void> = this.#take(job)
        .catch(reportProblem)
        .finally(() => {
          this.#reserved -= 1;
          this.#taking.delete(taking);
          this.pump();
        });
      this.#taking.add(taking);
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

  /** Starts the trainer of a job, or settles it where there is nothing to train. */
  async #take(job: Job): Promise<void> {
    const { store, queue } = this.#parts;
    const present = this.#executions.get(job.runId);
    if (present) {
      // Our own job that was late with its signs of life: still ours.
      present.jobId = job.id;
      return;
    }
    const run = await store.runs.find(job.runId);
    if (this.#stopping) return;
    if (!run || !(await this.#wantsTraining(run))) return queue.complete(job.id);
    const claimed = await store.runs.claim(run.id);
    try {
      const change = { from: run.state, to: 'starting' as const, reason: startReason(run) };
      await this.#parts.journal.recordState(run.id, change, claimed.attempt);
    } catch (error) {
      // Its owner paused or cancelled it at this very moment.
      if (error instanceof AppError && error.code === 'conflict') return this.#take(job);
      throw error;
    }
    let execution: Execution;
    try {
      execution = this.#startTrainer(claimed);
    } catch (error) {
      const reason = `The trainer could not be started: ${(error as Error).message}`;
      await this.#parts.journal.recordState(
        run.id,
        { from: 'starting', to: 'failed', reason },
        claimed.attempt,
      );
      return queue.complete(job.id);
    }
    const entry = { execution, jobId: job.id, done: Promise.resolve() };
    this.#executions.set(run.id, entry);
    entry.done = this.#finish(run.id, execution);
    await this.#control(run.id);
  }

  async #wantsTraining(run: RunRow): Promise<boolean> {
    const { journal } = this.#parts;
    if (['finished', 'failed', 'cancelled'].includes(run.state)) return false;
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

  #startTrainer(run: RunRow): Execution {
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
        environment: this.environment(),
      },
      { journal, bus, onSlotFreed: () => this.pump() },
    );
  }

  async #finish(runId: string, execution: Execution): Promise<void> {
    try {
      await execution.wait();
    } catch (error) {
      reportProblem(error);
    }
    const entry = this.#executions.get(runId);
    this.#executions.delete(runId);
    if (entry && !this.#stopping) {
      await this.#parts.queue.complete(entry.jobId).catch(reportProblem);
      // Resumed in the moment between its end and this: its new job was taken for the old one.
      const run = await this.#parts.store.runs.find(runId);
      if (run?.state === 'queued') await this.#parts.queue.send(runId);
      this.pump();
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
    if (message.type === 'control') this.#run(() => this.#control(message.runId));
    if (message.type === 'resync')
      for (const runId of this.#executions.keys()) this.#run(() => this.#control(runId));
  }

  /** Every run that should train has a job: makes good what a crash between two writes left undone. */
  async #reconcile(): Promise<void> {
    const { store, queue } = this.#parts;
    const runs = await store.runs.list({ states: ['queued', 'starting', 'running', 'paused'] });
    for (const run of runs.reverse()) {
      const rests = run.state === 'paused' && run.desired === 'pause';
      if (!rests && !this.#executions.has(run.id)) await queue.send(run.id);
    }
    for (const runId of this.#executions.keys()) await this.#control(runId);
  }

  async #keepAlive(): Promise<void> {
    await this.#parts.queue.keepAlive([...this.#executions.values()].map(({ jobId }) => jobId));
  }

  #run(task: () => Promise<void>): void {
    if (!this.#stopping) task().catch(reportProblem);
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

function reportProblem(error: unknown): void {
  console.error('[jobs]', error instanceof Error ? error.message : error);
}
