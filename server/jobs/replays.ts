import { fileURLToPath } from 'node:url';
import { type Evaluation, evaluationSchema } from '../contract/events.ts';
import {
  type ReplayJob,
  type ReplayProgress,
  type ReplayRequest,
  replayProgressSchema,
  replayRequestSchema,
} from '../contract/replays.ts';
import type { Bus } from '../live/bus.ts';
import type { NativeRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { requireCheckpoint } from './checkpoint-elsewhere.ts';
import { type CheckpointTask, CheckpointTasks } from './checkpoint-tasks.ts';
import type { Supervisor } from './supervisor.ts';

const SCRIPT = fileURLToPath(new URL('../rl/train/evaluate-cli.ts', import.meta.url));

type ReplayTask = CheckpointTask<ReplayRequest, ReplayProgress>;

/** Evaluations of stored checkpoints on this machine. What they score lasts, and what is asked for. */
export class Replays {
  readonly #supervisor: Supervisor;
  readonly #store: Store;
  readonly #tasks: CheckpointTasks<ReplayRequest, ReplayProgress>;

  constructor(supervisor: Supervisor, bus: Bus, store: Store) {
    this.#supervisor = supervisor;
    this.#store = store;
    this.#tasks = new CheckpointTasks(supervisor, store, {
      requests: store.replayRequests,
      requestSchema: replayRequestSchema,
      progressSchema: replayProgressSchema,
      script: SCRIPT,
      flags: flagsOf,
      folderOf: (run, request) => this.#folderOf(run, request),
      keep: (task, printed) => this.#keep(task, printed),
      changed: (runId, what) => what === 'state' && bus.publishRunsChanged([runId]),
    });
  }

  /** Takes up what earlier processes left behind, now and, where there are others, from time to time. */
  open(): Promise<void> {
    return this.#tasks.open();
  }

  /** Looks no more; what goes on ends with the supervisor. */
  close(): void {
    this.#tasks.close();
  }

  /** What goes on, or went wrong last; of one run or of all. */
  list(runId?: string): ReplayJob[] {
    return this.#tasks.list(runId).map(toJob);
  }

  /**
   * Evaluates a checkpoint as soon as a slot is free; the same asked for twice is played once. What is asked for is stored when this
   * resolves. Throws AppError as `requireCheckpoint`.
   */
  async start(run: NativeRun, request: ReplayRequest): Promise<ReplayJob> {
    this.#folderOf(run, request);
    const same = this.#tasks
      .list(run.id)
      .find((task) => JSON.stringify(task.request) === JSON.stringify(request));
    if (same && same.state !== 'failed') return toJob(same);
    if (same) this.#tasks.drop(same.id);
    return toJob(await this.#tasks.add(run, request));
  }

  /** Ends one that waits or is played; forgets one that failed. */
  cancel(id: string): Promise<void> {
    return this.#tasks.cancel(id);
  }

  /** Ends all of a run, which is about to be deleted. */
  cancelRun(runId: string): Promise<void> {
    return this.#tasks.cancelRun(runId);
  }

  #folderOf(run: NativeRun, { iteration }: ReplayRequest): string {
    return requireCheckpoint(this.#supervisor, run, iteration, 'npm run evaluate');
  }

  async #keep({ runId, request }: ReplayTask, printed: string): Promise<string | null> {
    const evaluation: Evaluation = evaluationSchema.parse(JSON.parse(printed));
    if (request.gamesHash !== undefined && evaluation.gamesHash !== request.gamesHash)
      return `The games on this machine are others than those asked for (list ${evaluation.gamesHash}, not ${request.gamesHash}): bring the same data here`;
    await this.#store.replays.add(runId, [evaluation]);
    return null;
  }
}

function toJob({ state, ...task }: ReplayTask): ReplayJob {
  return { ...task, state: state === 'running' ? 'playing' : state };
}

/** A request as the flags of `npm run evaluate`. */
function flagsOf(
  { split, games, episodes, stepLimit, temperature }: ReplayRequest,
  folder: string,
): string[] {
  return [
    ...[folder, '--split', split, '--games', games, '--count', String(episodes)],
    ...['--step-limits', String(stepLimit), '--temperature', String(temperature), '--json'],
  ];
}
