import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../contract/error.ts';
import {
  type Measurement,
  VARIANCE_FILE,
  type VarianceOptions,
  type VarianceProgress,
  type VarianceReport,
  varianceOptionsSchema,
  varianceProgressSchema,
  varianceReportSchema,
} from '../contract/variance.ts';
import type { Bus } from '../live/bus.ts';
import type { NativeRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { checkpointElsewhere } from './checkpoint-elsewhere.ts';
import { CheckpointTasks } from './checkpoint-tasks.ts';
import type { Supervisor } from './supervisor.ts';

const SCRIPT = fileURLToPath(new URL('../rl/variance/cli.ts', import.meta.url));

/** Variance measurements of runs on this machine, one at a time for each run. Their reports last, and what is asked for. */
export class Measurements {
  readonly #supervisor: Supervisor;
  readonly #tasks: CheckpointTasks<VarianceOptions, VarianceProgress>;

  /** `script` is for tests. */
  constructor(supervisor: Supervisor, bus: Bus, store: Store, script = SCRIPT) {
    this.#supervisor = supervisor;
    this.#tasks = new CheckpointTasks(supervisor, store, {
      requests: store.measurementRequests,
      requestSchema: varianceOptionsSchema,
      progressSchema: varianceProgressSchema,
      script,
      flags: flagsOf,
      folderOf: (run) => this.#folderOf(run),
      // The report is a file of the run.
      keep: async () => null,
      changed: (runId) => bus.publish({ type: 'measurement', runId, measurement: this.find(runId) }),
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

  /** What goes on, or went wrong last; null otherwise. */
  find(runId: string): Measurement | null {
    const [task] = this.#tasks.list(runId);
    if (!task) return null;
    const { state, progress, message } = task;
    if (state === 'running') return { state: 'measuring', progress };
    return state === 'failed' ? { state, message: message ?? '' } : { state };
  }

  /** The last report of a run; null without one. Throws AppError `bad-file` for one that cannot be read. */
  async report(runId: string): Promise<VarianceReport | null> {
    let text: string;
    try {
      text = await readFile(join(this.#supervisor.folderOf(runId), VARIANCE_FILE), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const { data } = varianceReportSchema.safeParse(parseJson(text));
    if (!data)
      throw new AppError(
        'bad-file',
        `${VARIANCE_FILE} of this run is not a report of this version: measure again`,
      );
    return data;
  }

  /**
   * Measures as soon as a slot is free. What is asked for is stored when this resolves. Throws AppError `conflict` while the run is
   * being measured, or where it was trained elsewhere.
   */
  async start(run: NativeRun, options: VarianceOptions): Promise<void> {
    const present = this.#tasks.list(run.id);
    if (present.some(({ state }) => state !== 'failed'))
      throw new AppError('conflict', 'This run is being measured already: cancel that first');
    this.#folderOf(run);
    for (const { id } of present) this.#tasks.drop(id);
    await this.#tasks.add(run, options);
  }

  /** Ends a measurement that waits or goes on; forgets one that failed. */
  cancel(runId: string): Promise<void> {
    return this.#tasks.cancelRun(runId);
  }

  #folderOf({ id }: NativeRun): string {
    const folder = this.#supervisor.folderOf(id);
    if (!existsSync(folder)) throw checkpointElsewhere('npm run variance');
    return folder;
  }
}

/** Options as the flags of `npm run variance`. */
function flagsOf(options: VarianceOptions, folder: string): string[] {
  const flags = Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    return value === false || value === null ? [] : [flag, String(value)];
  });
  return ['--folder', folder, ...flags];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
