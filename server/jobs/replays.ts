import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Evaluation, evaluationSchema } from '../contract/events.ts';
import {
  type ReplayJob,
  type ReplayRequest,
  replayProgressSchema,
  replayRequestSchema,
} from '../contract/replays.ts';
import { cleanText, LONGEST_LINE } from '../contract/text.ts';
import type { Bus } from '../live/bus.ts';
import { type NativeRun, newRunId } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { requireCheckpoint } from './checkpoint-elsewhere.ts';
import { LineTail } from './line-tail.ts';
import type { Supervisor } from './supervisor.ts';

const SCRIPT = fileURLToPath(new URL('../rl/train/evaluate-cli.ts', import.meta.url));
const SHOWN_LINES = 6;
/** Not played at all, since nobody wants it any more, or the process ends. */
const CUT_SHORT = 'It was cut short.';

interface Entry {
  job: ReplayJob;
  abort: AbortController;
  done: Promise<void>;
}

/** With several processes, how often one looks for what another has left behind. */
const LOOK_MS = 15_000;

/**
 * Evaluations of stored checkpoints on this machine: child processes that take a slot like a run. What they score lasts, and what
 * is asked for: one that the server's end cut short is played from its beginning by the next that has the checkpoint.
 */
export class Replays {
  readonly #supervisor: Supervisor;
  readonly #bus: Bus;
  readonly #store: Store;
  readonly #entries = new Map<string, Entry>();
  #timer: NodeJS.Timeout | undefined;

  constructor(supervisor: Supervisor, bus: Bus, store: Store) {
    this.#supervisor = supervisor;
    this.#bus = bus;
    this.#store = store;
  }

  /** Takes up what earlier processes left behind, now and, where there are others, from time to time. */
  async open(): Promise<void> {
    await this.#takeUp();
    if (this.#store.database.kind !== 'postgres') return;
    this.#timer = setInterval(() => {
      this.#takeUp().catch((error: unknown) => {
        if (!this.#store.database.link.lost(error)) console.error('[jobs]', error);
      });
    }, LOOK_MS);
  }

  /** Looks no more; what goes on ends with the supervisor. */
  close(): void {
    clearInterval(this.#timer);
  }

  async #takeUp(): Promise<void> {
    const { replayRequests, database } = this.#store;
    for (const orphan of await replayRequests.orphans()) {
      const { id, runId } = orphan;
      let entry = this.#entries.get(id) ?? newEntry(id, runId, orphan.request);
      try {
        // The database has its own order of keys, and what is asked for twice is told by its text.
        const request = replayRequestSchema.parse(orphan.request);
        entry = this.#entries.get(id) ?? newEntry(id, runId, request);
        const run = await this.#store.runs.requireNative(runId);
        const folder = requireCheckpoint(this.#supervisor, run, request.iteration, 'npm run evaluate');
        const isOurs = await replayRequests.claim(orphan, this.#supervisor.holder);
        // Played here already where this process was only late with its signs of life.
        if (isOurs && !this.#entries.has(id)) this.#queue(entry, folder);
      } catch (error) {
        if (database.link.lost(error)) throw error;
        // On another machine, which may come back; with an embedded database there is none.
        if (database.kind === 'postgres') continue;
        await replayRequests.remove(id);
        entry.job = { ...entry.job, state: 'failed', message: (error as Error).message };
        this.#entries.set(id, entry);
      }
    }
  }

  /** What goes on, or went wrong last; of one run or of all. */
  list(runId?: string): ReplayJob[] {
    const jobs = [...this.#entries.values()].map(({ job }) => job);
    return runId === undefined ? jobs : jobs.filter((job) => job.runId === runId);
  }

  /**
   * Evaluates a checkpoint as soon as a slot is free; the same asked for twice is played once. What is asked for is stored when this
   * resolves. Throws AppError as `requireCheckpoint`.
   */
  async start(run: NativeRun, request: ReplayRequest): Promise<ReplayJob> {
    const folder = requireCheckpoint(this.#supervisor, run, request.iteration, 'npm run evaluate');
    const same = [...this.#entries.values()].find(
      ({ job }) => job.runId === run.id && JSON.stringify(job.request) === JSON.stringify(request),
    );
    if (same && same.job.state !== 'failed') return same.job;
    if (same) this.#entries.delete(same.job.id);
    const id = newRunId();
    // Listed at once: the same asked for meanwhile is this one.
    const entry = newEntry(id, run.id, request);
    this.#entries.set(id, entry);
    try {
      await this.#store.replayRequests.add({ id, runId: run.id, request, holder: this.#supervisor.holder });
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
    if (entry.abort.signal.aborted) await this.#store.replayRequests.remove(id);
    else this.#queue(entry, folder);
    return entry.job;
  }

  #queue(entry: Entry, folder: string): void {
    const { id, runId } = entry.job;
    this.#entries.set(id, entry);
    entry.done = this.#supervisor.lend(async (ending) => {
      const { signal: cancelled } = entry.abort;
      const signal = AbortSignal.any([cancelled, ending]);
      const failure = signal.aborted
        ? CUT_SHORT
        : await this.#play(entry, folder, signal).catch(describeStart);
      const isCut = failure !== null && signal.aborted;
      // Cut short by the end of this process: the next takes it up.
      if (!isCut || cancelled.aborted) await this.#forget(id);
      if (failure !== null && !isCut) entry.job = { ...entry.job, state: 'failed', message: failure };
      else this.#entries.delete(id);
      this.#bus.publishRunsChanged([runId]);
    });
    this.#bus.publishRunsChanged([runId]);
  }

  /** With the database away it is asked for once more later, which does no harm. */
  async #forget(id: string): Promise<void> {
    const { database, replayRequests } = this.#store;
    await replayRequests.remove(id).catch((error: unknown) => {
      if (!database.link.lost(error)) console.error('[jobs]', error);
    });
  }

  /** Ends one that waits or is played; forgets one that failed. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.abort.abort();
    if (entry.job.state === 'playing') return entry.done;
    this.#entries.delete(id);
    await this.#forget(id);
    this.#bus.publishRunsChanged([entry.job.runId]);
  }

  /** Ends all of a run, which is about to be deleted. */
  async cancelRun(runId: string): Promise<void> {
    for (const { id } of this.list(runId)) await this.cancel(id);
  }

  /** Resolves with null when the result is stored, with what went wrong otherwise. */
  async #play(entry: Entry, folder: string, signal: AbortSignal): Promise<string | null> {
    const { runId, request } = entry.job;
    entry.job = { ...entry.job, state: 'playing' };
    const child = spawn(process.execPath, [SCRIPT, folder, ...flagsOf(request)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...this.#supervisor.environment(), HIPER_THREADS: '1' },
    });
    const end = () => child.kill();
    signal.addEventListener('abort', end, { once: true });
    const tail = new LineTail();
    tail.watch(child.stderr!, 'warning');
    child.on('message', (message) => {
      const progress = replayProgressSchema.safeParse(message);
      if (progress.success) entry.job = { ...entry.job, progress: progress.data };
    });
    try {
      const [said, [code, killedBy]] = await Promise.all([text(child.stdout!), once(child, 'close')]);
      if (code === 0) return await this.#keep(runId, request, said);
      const last = tail.last().slice(-SHOWN_LINES).join('\n').replaceAll(folder, 'the folder of the run');
      return cleanText(last, LONGEST_LINE) || `It ended early with ${killedBy ?? `exit code ${code}`}.`;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  async #keep(runId: string, request: ReplayRequest, said: string): Promise<string | null> {
    const evaluation: Evaluation = evaluationSchema.parse(JSON.parse(said));
    if (request.gamesHash !== undefined && evaluation.gamesHash !== request.gamesHash)
      return `The games on this machine are others than those asked for (list ${evaluation.gamesHash}, not ${request.gamesHash}): bring the same data here`;
    await this.#store.replays.add(runId, [evaluation]);
    return null;
  }
}

function newEntry(id: string, runId: string, request: ReplayRequest): Entry {
  const job: ReplayJob = { id, runId, request, state: 'waiting', progress: null, message: null };
  return { job, abort: new AbortController(), done: Promise.resolve() };
}

/** A request as the flags of `npm run evaluate`. */
function flagsOf({ split, games, episodes, stepLimit, temperature }: ReplayRequest): string[] {
  return [
    ...['--split', split, '--games', games, '--count', String(episodes)],
    ...['--step-limits', String(stepLimit), '--temperature', String(temperature), '--json'],
  ];
}

function describeStart(error: unknown): string {
  return `It could not be evaluated: ${(error as Error).message}`;
}
