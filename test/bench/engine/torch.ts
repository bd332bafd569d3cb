import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { policyParameters } from '../../../server/rl/model/shape.ts';
import type { Contestant, Measured } from './contest.ts';
import { LEARNING_RATE, OPTIMIZER } from './jobs.ts';
import { type BenchSize, benchIds, drawnNumbers, firstNumber } from './sizes.ts';

/** How PyTorch runs: kernel by kernel or by `torch.compile`, with products in TF32 or not, on a GPU or not. */
export interface TorchSettings {
  device: 'cpu' | 'cuda';
  compile: boolean;
  tf32: boolean;
}

const EAGER: TorchSettings = { device: 'cpu', compile: false, tf32: false };

/** PyTorch with the same weights and tokens in a process of its own (`../engine_torch.py`), one answer a request. */
export class TorchProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  readonly #size: BenchSize;

  constructor(python: string, size: BenchSize, threads: number, settings = EAGER) {
    this.#size = size;
    this.#folder = mkdtempSync(join(tmpdir(), 'engine-torch-'));
    const numbers = join(this.#folder, 'numbers');
    writeFileSync(numbers, bytesOf(drawnNumbers()));
    const ids = join(this.#folder, 'ids');
    writeFileSync(ids, bytesOf(benchIds(size, size.rows)));
    const { rows, positions, responses, shape } = size;
    const parameters = policyParameters(shape).map((parameter, index) => ({
      ...parameter,
      first: firstNumber(index),
    }));
    const setup = {
      ...{ ...settings, threads, numbers, ids, rows, positions, responses, shape, parameters },
      ...{ optimizer: OPTIMIZER, learningRate: LEARNING_RATE },
    };
    this.#child = spawn(python, [join(import.meta.dirname, '../engine_torch.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: String(threads) },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#child.stdin?.write(`${JSON.stringify(setup)}\n`);
  }

  contestant(task: 'train' | 'decode', rounds: number): Contestant {
    const { rows, positions, responses } = this.#size;
    const measure = async (): Promise<Measured> => {
      this.#child.stdin?.write(`${task}\n`);
      const { value, done } = await this.#lines.next();
      if (done) throw new Error('engine_torch.py ended: see its message above');
      return JSON.parse(value) as Measured;
    };
    const amount = rows * (task === 'train' ? positions : responses);
    return { label: `PyTorch eager (B=${rows})`, amount, rounds, measure, results: [] };
  }

  /** Ends a round that takes too long: whoever waits for it gets an error. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  close(): void {
    this.#child.stdin?.end();
    rmSync(this.#folder, { recursive: true });
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
