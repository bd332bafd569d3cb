import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { cleanText, LONGEST_LINE } from '../contract/text.ts';
import type { CheckpointRequestStore } from '../store/checkpoint-requests.ts';
import { type NativeRun, newRunId } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { LineTail } from './line-tail.ts';
import type { Supervisor } from './supervisor.ts';

/** Something that is done with a checkpoint. */
export interface CheckpointTask<R, P> {
  id: string;
  runId: string;
  request: R;
  state: 'waiting' | 'running' | 'failed';
  /** Of one that runs; null before it has told any. */
  progress: P | null;
  /** Of one that failed. */
  message: string | null;
}

/** What tasks of one kind have of their own: a request R, progress P. */
export interface TaskKind<R, P> {
  requests: CheckpointRequestStore<R>;
  requestSchema: z.ZodType<R>;
  /** What the child process sends. */
  progressSchema: z.ZodType<P>;
  script: string;
  flags(request: R, folder: string): string[];
  /** The folder to work in. Throws AppError where the checkpoint is not on this machine. */
  folderOf(run: NativeRun, request: R): string;
  /** Keeps what a process that ended well has printed. Resolves with what is wrong with it; null: nothing. */
  keep(task: CheckpointTask<R, P>, printed: string): Promise<string | null>;
  /** A task of this run has another state, or has come further. */
  changed(runId: string, what: 'state' | 'progress'): void;
}

interface Entry<R, P> {
  task: CheckpointTask<R, P>;
  abort: AbortController;
  done: Promise<void>;
}

const SHOWN_LINES = 6;
/** Not done at all, since nobody wants it any more, or the process ends. */
const CUT_SHORT = 'It was cut short.';
/** With several processes, how often one looks for what another has left behind. */
const LOOK_MS = 15_000;

/**
 * Tasks of one kind on this machine: child processes that take a slot like a run. What is asked for lasts: a task that the server's
 * end cut short is done from its beginning by the next process that has the checkpoint.
 */
export class CheckpointTasks<R, P> {
  readonly #supervisor: Supervisor;
  readonly #store: Pick<Store, 'runs' | 'database'>;
  readonly #kind: TaskKind<R, P>;
  readonly #entries = new Map<string, Entry<R, P>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(supervisor: Supervisor, store: Pick<Store, 'runs' | 'database'>, kind: TaskKind<R, P>) {
    this.#supervisor = supervisor;
    this.#store = store;
    this.#kind = kind;
  }

  /** Takes up what earlier processes left behind, now and, where there are others, from time to time. */
  async open(): Promise<void> {
    await this.#takeUp();
    if (this.#store.database.kind !== 'postgres') return;
    this.#timer = setInterval(() => {
      this.#takeUp().catch((error: unknown) => this.#report(error));
    }, LOOK_MS);
  }

  /** Looks no more; what goes on ends with the supervisor. */
  close(): void {
    clearInterval(this.#timer);
  }

  /** What goes on, or went wrong last; of one run or of all. */
  list(runId?: string): CheckpointTask<R, P>[] {
    const tasks = [...this.#entries.values()].map(({ task }) => task);
    return runId === undefined ? tasks : tasks.filter((task) => task.runId === runId);
  }

  /** Does it as soon as a slot is free; it is listed at once, and stored when this resolves. Throws AppError as `folderOf` of its kind. */
  async add(run: NativeRun, request: R): Promise<CheckpointTask<R, P>> {
    const { requests } = this.#kind;
    const folder = this.#kind.folderOf(run, request);
    const id = newRunId();
    const entry = newEntry<R, P>(id, run.id, request);
    this.#entries.set(id, entry);
    try {
      await requests.add({ id, runId: run.id, request, holder: this.#supervisor.holder });
    } catch (error) {
      this.#entries.delete(id);
      throw error;
    }
    if (entry.abort.signal.aborted) await requests.remove(id);
    else this.#queue(entry, folder);
    return entry.task;
  }

  /** Ends one that waits or runs; forgets one that failed. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.abort.abort();
    if (entry.task.state === 'running') return entry.done;
    this.drop(id);
    await this.#forget(id);
    this.#kind.changed(entry.task.runId, 'state');
  }

  /** Ends all of a run, which is about to be deleted. */
  async cancelRun(runId: string): Promise<void> {
    for (const { id } of this.list(runId)) await this.cancel(id);
  }

  /** Lists one that failed no longer. */
  drop(id: string): void {
    this.#entries.delete(id);
  }

  async #takeUp(): Promise<void> {
    const { database, runs } = this.#store;
    const { requests, requestSchema } = this.#kind;
    for (const orphan of await requests.orphans()) {
      const { id, runId } = orphan;
      let entry = this.#entries.get(id) ?? newEntry<R, P>(id, runId, orphan.request);
      try {
        // The database has its own order of keys, and what is asked for twice is told by its text.
        const request = requestSchema.parse(orphan.request);
        entry = this.#entries.get(id) ?? newEntry<R, P>(id, runId, request);
        const folder = this.#kind.folderOf(await runs.requireNative(runId), request);
        const isOurs = await requests.claim(orphan, this.#supervisor.holder);
        // Done here already where this process was only late with its signs of life.
        if (isOurs && !this.#entries.has(id)) this.#queue(entry, folder);
      } catch (error) {
        if (database.link.lost(error)) throw error;
        // On another machine, which may come back; with an embedded database there is none.
        if (database.kind === 'postgres') continue;
        await requests.remove(id);
        this.#entries.set(id, entry);
        entry.task = { ...entry.task, state: 'failed', message: (error as Error).message };
      }
    }
  }

  #queue(entry: Entry<R, P>, folder: string): void {
    const { id, runId } = entry.task;
    this.#entries.set(id, entry);
    entry.done = this.#supervisor.lend(async (ending) => {
      const { signal: cancelled } = entry.abort;
      const signal = AbortSignal.any([cancelled, ending]);
      const failure = signal.aborted
        ? CUT_SHORT
        : await this.#run(entry, folder, signal).catch(
            (error: unknown) => `It could not be done: ${(error as Error).message}`,
          );
      const isCut = failure !== null && signal.aborted;
      // Cut short by the end of this process: the next takes it up.
      if (!isCut || cancelled.aborted) await this.#forget(id);
      if (failure !== null && !isCut) entry.task = { ...entry.task, state: 'failed', message: failure };
      else this.#entries.delete(id);
      this.#kind.changed(runId, 'state');
    });
    this.#kind.changed(runId, 'state');
  }

  /** Resolves with null when the result is kept, with what went wrong otherwise. */
  async #run(entry: Entry<R, P>, folder: string, signal: AbortSignal): Promise<string | null> {
    const { script, flags, progressSchema, keep, changed } = this.#kind;
    const { runId, request } = entry.task;
    const advance = (progress: P | null) => {
      const isNew = entry.task.state === 'waiting';
      entry.task = { ...entry.task, state: 'running', progress };
      changed(runId, isNew ? 'state' : 'progress');
    };
    advance(null);
    const child = spawn(process.execPath, [script, ...flags(request, folder)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...this.#supervisor.environment(), HIPER_THREADS: '1' },
    });
    const end = () => child.kill();
    signal.addEventListener('abort', end, { once: true });
    const tail = new LineTail();
    tail.watch(child.stderr!, 'warning');
    child.on('message', (message) => {
      const progress = progressSchema.safeParse(message);
      if (progress.success) advance(progress.data);
    });
    try {
      const [printed, [code, killedBy]] = await Promise.all([text(child.stdout!), once(child, 'close')]);
      if (code === 0) return await keep(entry.task, printed);
      const said = tail.last().slice(-SHOWN_LINES).join('\n').replaceAll(folder, 'the folder of the run');
      return cleanText(said, LONGEST_LINE) || `It ended early with ${killedBy ?? `exit code ${code}`}.`;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** With the database away it is asked for once more later, which does no harm. */
  async #forget(id: string): Promise<void> {
    await this.#kind.requests.remove(id).catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    if (!this.#store.database.link.lost(error)) console.error('[jobs]', error);
  }
}

function newEntry<R, P>(id: string, runId: string, request: R): Entry<R, P> {
  const task = { id, runId, request, state: 'waiting' as const, progress: null, message: null };
  return { task, abort: new AbortController(), done: Promise.resolve() };
}
