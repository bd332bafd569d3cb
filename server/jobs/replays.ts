import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Evaluation, evaluationSchema } from '../contract/events.ts';
import { type ReplayJob, type ReplayRequest, replayProgressSchema } from '../contract/replays.ts';
import { cleanText, LONGEST_LINE } from '../contract/text.ts';
import type { Bus } from '../live/bus.ts';
import type { CheckpointEvaluationStore } from '../store/checkpoint-evaluations.ts';
import { type NativeRun, newRunId } from '../store/runs.ts';
import { requireCheckpoint } from './checkpoint-elsewhere.ts';
import { LineTail } from './line-tail.ts';
import type { Supervisor } from './supervisor.ts';

const SCRIPT = fileURLToPath(new URL('../rl/train/evaluate-cli.ts', import.meta.url));
const SHOWN_LINES = 6;

interface Entry {
  job: ReplayJob;
  abort: AbortController;
  done: Promise<void>;
}

/**
 * Evaluations of stored checkpoints on this machine: child processes that take a slot like a run. What they score lasts; one that
 * the server's end cut short is started anew by whoever wants it.
 */
export class Replays {
  readonly #supervisor: Supervisor;
  readonly #bus: Bus;
  readonly #store: CheckpointEvaluationStore;
  readonly #entries = new Map<string, Entry>();

  constructor(supervisor: Supervisor, bus: Bus, store: CheckpointEvaluationStore) {
    this.#supervisor = supervisor;
    this.#bus = bus;
    this.#store = store;
  }

  /** What goes on, or went wrong last; of one run or of all. */
  list(runId?: string): ReplayJob[] {
    const jobs = [...this.#entries.values()].map(({ job }) => job);
    return runId === undefined ? jobs : jobs.filter((job) => job.runId === runId);
  }

  /**
   * Evaluates a checkpoint as soon as a slot is free; the same asked for twice is played once. Throws AppError as
   * `requireCheckpoint`.
   */
  start(run: NativeRun, request: ReplayRequest): ReplayJob {
    const folder = requireCheckpoint(this.#supervisor, run, request.iteration, 'npm run evaluate');
    const same = [...this.#entries.values()].find(
      ({ job }) => job.runId === run.id && JSON.stringify(job.request) === JSON.stringify(request),
    );
    if (same && same.job.state !== 'failed') return same.job;
    if (same) this.#entries.delete(same.job.id);
    const id = newRunId();
    const abort = new AbortController();
    const entry: Entry = {
      job: { id, runId: run.id, request, state: 'waiting', progress: null, message: null },
      abort,
      done: Promise.resolve(),
    };
    this.#entries.set(id, entry);
    entry.done = this.#supervisor.lend(async (ending) => {
      const signal = AbortSignal.any([abort.signal, ending]);
      const failure = signal.aborted ? null : await this.#play(entry, folder, signal).catch(describeStart);
      if (failure !== null && !signal.aborted)
        entry.job = { ...entry.job, state: 'failed', message: failure };
      else this.#entries.delete(id);
      this.#bus.publishRunsChanged([run.id]);
    });
    this.#bus.publishRunsChanged([run.id]);
    return entry.job;
  }

  /** Ends one that waits or is played; forgets one that failed. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.abort.abort();
    if (entry.job.state === 'playing') return entry.done;
    this.#entries.delete(id);
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
    await this.#store.add(runId, [evaluation]);
    return null;
  }
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
