import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { initialWeights, policyParameters } from '../../../server/rl/model/shape.ts';
import { Random } from '../../../server/rl/random.ts';
import type { Contestant, Measured } from './contest.ts';
import { LEARNING_RATE, OPTIMIZER } from './jobs.ts';
import { type BenchSize, benchIds } from './sizes.ts';

/** Eager PyTorch with the same weights and tokens in a process of its own (`../engine_torch.py`), one answer a request. */
export class TorchProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;
  readonly #size: BenchSize;

  constructor(python: string, size: BenchSize, threads: number) {
    this.#size = size;
    this.#folder = mkdtempSync(join(tmpdir(), 'engine-torch-'));
    const weights = join(this.#folder, 'weights');
    writeFileSync(weights, Buffer.concat(initialWeights(size.shape, new Random(1)).map(bytesOf)));
    const ids = join(this.#folder, 'ids');
    writeFileSync(ids, bytesOf(benchIds(size, size.rows)));
    const { rows, positions, responses, shape } = size;
    const parameters = policyParameters(shape).map(({ name, shape: sizes }) => ({ name, shape: sizes }));
    const setup = {
      ...{ threads, weights, ids, rows, positions, responses, shape, parameters },
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

  close(): void {
    this.#child.stdin?.end();
    rmSync(this.#folder, { recursive: true });
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
