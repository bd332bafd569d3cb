import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contestant } from '../engine/contest.ts';
import type { Answer, Setup } from './setup.ts';

const ENGINE = new URL('./worker.ts', import.meta.url);
const TORCH = new URL('../language_model_torch.py', import.meta.url);

/** A process that does one task again and again: this engine (`worker.ts`) or PyTorch (`../language_model_torch.py`). */
export class Participant implements Contestant<Answer> {
  readonly label: string;
  readonly amount: number;
  readonly rounds: number;
  readonly results: Answer[] = [];
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(label: string, command: string, file: URL, setup: Setup, rounds: number) {
    this.label = label;
    this.amount = setup.task.tokens;
    this.rounds = rounds;
    this.#child = spawn(command, [fileURLToPath(file)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: String(setup.threads) },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#child.stdin?.write(`${JSON.stringify(setup)}\n`);
  }

  /** Resolves when the model is open. `python`: one that has torch, which then takes part in the engine's place. */
  static async open(setup: Setup, rounds: number, python?: string): Promise<Participant> {
    const opened = python
      ? new Participant(`PyTorch ${setup.dtype}`, python, TORCH, setup, rounds)
      : new Participant(`this engine ${setup.weights}`, process.execPath, ENGINE, setup, rounds);
    await opened.#next();
    return opened;
  }

  async measure(): Promise<Answer> {
    this.#child.stdin?.write('round\n');
    return JSON.parse(await this.#next()) as Answer;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#child.once('close', resolve);
    this.#child.stdin?.end();
    await promise;
  }

  async #next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.label} ended: see its message above`);
    return value;
  }
}
