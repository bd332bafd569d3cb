import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../contract/error.ts';
import { cleanText, LONGEST_LINE } from '../contract/text.ts';
import {
  type Measurement,
  VARIANCE_FILE,
  type VarianceOptions,
  type VarianceReport,
  varianceProgressSchema,
  varianceReportSchema,
} from '../contract/variance.ts';
import type { Bus } from '../live/bus.ts';
import { checkpointElsewhere } from './checkpoint-elsewhere.ts';
import { LineTail } from './line-tail.ts';
import type { Supervisor } from './supervisor.ts';

const SCRIPT = fileURLToPath(new URL('../rl/variance/cli.ts', import.meta.url));
const SHOWN_LINES = 6;

interface Entry {
  measurement: Measurement;
  abort: AbortController;
  done: Promise<void>;
}

/**
 * Variance measurements of runs on this machine: child processes that take a slot like a run, one at a time for each run. Only
 * the reports last; a measurement that the server's end cut short is started anew by whoever wants it.
 */
export class Measurements {
  readonly #supervisor: Supervisor;
  readonly #bus: Bus;
  readonly #entries = new Map<string, Entry>();
  /** For tests. */
  readonly #script: string;

  constructor(supervisor: Supervisor, bus: Bus, script = SCRIPT) {
    this.#supervisor = supervisor;
    this.#bus = bus;
    this.#script = script;
  }

  /** What goes on, or went wrong last; null otherwise. */
  find(runId: string): Measurement | null {
    return this.#entries.get(runId)?.measurement ?? null;
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

  /** Measures as soon as a slot is free. Throws AppError `conflict` while the run is being measured, or where it was trained elsewhere. */
  start(runId: string, options: VarianceOptions): void {
    const present = this.find(runId);
    if (present && present.state !== 'failed')
      throw new AppError('conflict', 'This run is being measured already: cancel that first');
    if (!existsSync(this.#supervisor.folderOf(runId))) throw checkpointElsewhere('npm run variance');
    const abort = new AbortController();
    const entry: Entry = { measurement: { state: 'waiting' }, abort, done: Promise.resolve() };
    this.#entries.set(runId, entry);
    this.#tell(runId);
    entry.done = this.#supervisor.lend(async (ending) => {
      const signal = AbortSignal.any([abort.signal, ending]);
      const failure = signal.aborted
        ? null
        : await this.#measure(runId, entry, options, signal).catch(describeStart);
      if (failure !== null && !signal.aborted) entry.measurement = { state: 'failed', message: failure };
      else if (this.#entries.get(runId) === entry) this.#entries.delete(runId);
      this.#tell(runId);
    });
  }

  /** Ends a measurement that waits or goes on; forgets one that failed. */
  async cancel(runId: string): Promise<void> {
    const entry = this.#entries.get(runId);
    if (!entry) return;
    entry.abort.abort();
    if (entry.measurement.state === 'measuring') return entry.done;
    this.#entries.delete(runId);
    this.#tell(runId);
  }

  /** Resolves with null when the report is written, with what went wrong otherwise. */
  async #measure(
    runId: string,
    entry: Entry,
    options: VarianceOptions,
    signal: AbortSignal,
  ): Promise<string | null> {
    entry.measurement = { state: 'measuring', progress: null };
    this.#tell(runId);
    const folder = this.#supervisor.folderOf(runId);
    const child = spawn(process.execPath, [this.#script, '--folder', folder, ...flagsOf(options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, ...this.#supervisor.environment(), HIPER_THREADS: '1' },
    });
    const end = () => child.kill();
    signal.addEventListener('abort', end, { once: true });
    const tail = new LineTail();
    if (child.stderr) tail.watch(child.stderr, 'warning');
    child.on('message', (message) => {
      const progress = varianceProgressSchema.safeParse(message);
      if (!progress.success) return;
      entry.measurement = { state: 'measuring', progress: progress.data };
      this.#tell(runId);
    });
    try {
      const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      if (code === 0) return null;
      const said = tail.last().slice(-SHOWN_LINES).join('\n').replaceAll(folder, 'the folder of the run');
      return cleanText(said, LONGEST_LINE) || `It ended early with ${killedBy ?? `exit code ${code}`}.`;
    } catch (error) {
      return describeStart(error);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  #tell(runId: string): void {
    this.#bus.publish({ type: 'measurement', runId, measurement: this.find(runId) });
  }
}

function describeStart(error: unknown): string {
  return `It could not be started: ${(error as Error).message}`;
}

/** Options as the flags of `npm run variance`. */
function flagsOf(options: VarianceOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === true) return [flag];
    return value === false || value === null ? [] : [flag, String(value)];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
