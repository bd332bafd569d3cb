import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainerCommand, TrainerEvent, TrainerMessage } from '../contract/events.ts';
import { trainerEventSchema } from '../contract/events.ts';
import { cleanText, LONGEST_LINE } from '../contract/text.ts';
import { markOf, type ProcessMark, stateOf } from '../ownership/identity.ts';
import { LineTail } from './line-tail.ts';

export interface TrainerStart {
  /** Path of the trainer's script. */
  script: string;
  runId: string;
  config: unknown;
  /** Where the run keeps its files. */
  folder: string;
  resume: boolean;
  /** See TrainerCommand. */
  storedIteration: number;
  environment: Record<string, string | undefined>;
}

export interface TrainerExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Last lines of its output. */
  lines: string[];
  /** Why the server ended it: the error of an event that could not be stored; null where it ended by itself. */
  refusal: unknown;
}

const LOG_BUNDLE_MS = 300;

/**
 * One trainer as a child process. Its events are handled one after the other; each is acknowledged when its handler
 * is done. A trainer ends by itself when its IPC channel closes, so it does not outlive a killed server.
 */
export class TrainerProcess {
  readonly #child: ChildProcess;
  readonly #tail = new LineTail();
  readonly #handle: (events: TrainerEvent[]) => Promise<void>;
  readonly #recordPath: string;
  readonly #ended: Promise<unknown>;
  #work: Promise<void> = Promise.resolve();
  #refusal: unknown = null;
  /** Events of it that are being stored: it waits for us then. */
  #waits = 0;
  #heardAt = performance.now();
  #logTimer: NodeJS.Timeout;

  constructor(start: TrainerStart, handle: (events: TrainerEvent[]) => Promise<void>) {
    this.#handle = handle;
    this.#recordPath = join(start.folder, 'trainer.json');
    mkdirSync(start.folder, { recursive: true });
    killLeftover(this.#recordPath);
    this.#child = spawn(process.execPath, [start.script], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, ...start.environment },
      // A group of its own: Ctrl-C in the terminal is for the server, which then ends its trainers in good order.
      detached: true,
    });
    this.#ended = Promise.all([closeOf(this.#child), disconnectOf(this.#child)]);
    const { pid } = this.#child;
    if (pid !== undefined) writeFileSync(this.#recordPath, JSON.stringify(markOf(pid)));
    if (this.#child.stdout) this.#tail.watch(this.#child.stdout, 'info');
    if (this.#child.stderr) this.#tail.watch(this.#child.stderr, 'warning');
    this.#logTimer = setInterval(() => this.#queue(() => this.#flushLines()), LOG_BUNDLE_MS);
    this.#child.on('message', (message) => {
      this.#waits += 1;
      this.#queue(() => this.#receive(message as TrainerMessage).finally(() => this.#hear()));
    });
    this.#child.on('error', (error) => this.#tail.add({ level: 'warning', text: error.message }));
    const { runId, config, folder, resume, storedIteration } = start;
    this.send({ command: 'start', runId, config, folder, resume, storedIteration });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Milliseconds since its last sign of life; 0 while it waits for us. */
  get silentMs(): number {
    return this.#waits > 0 ? 0 : performance.now() - this.#heardAt;
  }

  send(command: TrainerCommand): void {
    // A trainer that is gone shows in `wait`, with a better message than a closed channel has.
    if (this.#child.connected) this.#child.send(command, () => undefined);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when the process is gone and everything it said is handled. */
  async wait(): Promise<TrainerExit> {
    await this.#ended;
    clearInterval(this.#logTimer);
    this.#queue(() => this.#flushLines());
    await this.#work;
    rmSync(this.#recordPath, { force: true });
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, lines: this.#tail.last(), refusal: this.#refusal };
  }

  #queue(task: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (this.#refusal !== null) return;
      try {
        await task();
      } catch (error) {
        // What cannot be stored must not be trained on: the trainer's next ack would be a lie.
        this.#refusal = error;
        this.kill('SIGKILL');
      }
    });
  }

  async #receive(message: TrainerMessage): Promise<void> {
    const event = trainerEventSchema.safeParse(message?.event);
    if (event.success) await this.#handle([event.data]);
    else {
      const text = `The trainer sent an event that is not in the contract: ${event.error.issues
        .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
        .join('; ')}`;
      await this.#handle([{ kind: 'log', level: 'warning', text: cleanText(text, LONGEST_LINE) }]);
    }
    if (typeof message?.number === 'number') this.send({ command: 'ack', number: message.number });
  }

  #hear(): void {
    this.#waits -= 1;
    this.#heardAt = performance.now();
  }

  async #flushLines(): Promise<void> {
    const lines = this.#tail.takeBundle();
    if (lines.length > 0) await this.#handle(lines.map((line) => ({ kind: 'log', ...line })));
  }
}

/** Ends the trainer of a server that was killed, should it still be busy in this folder. */
function killLeftover(recordPath: string): void {
  try {
    const mark = JSON.parse(readFileSync(recordPath, 'utf8')) as ProcessMark;
    if (stateOf(mark) === 'alive') process.kill(mark.pid, 'SIGKILL');
  } catch {
    // No record, or the process has just ended: nothing to do.
  }
}

async function closeOf(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  await once(child, 'close');
}

async function disconnectOf(child: ChildProcess): Promise<void> {
  if (child.connected) await once(child, 'disconnect');
}
