import type { TrainerIo } from '../train/io/trainer-io.ts';

/** How often a run that waits for answers says where it is, and looks whether it is to stop. */
const BEAT_MS = 1000;

/**
 * Keeps tasks going side by side: pauses them together, and ends them all when one fails or the run is cancelled, also while they wait for
 * answers.
 */
export class Watch {
  readonly #io: TrainerIo;
  readonly #progress: () => { done: number; total: number };
  readonly #ending = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #gate: Promise<void> | null = null;

  constructor(io: TrainerIo, progress: () => { done: number; total: number }) {
    this.#io = io;
    this.#progress = progress;
    this.#tell();
    this.#timer = setInterval(() => {
      this.#tell();
      this.checkpoint().catch((error) => this.#ending.abort(error));
    }, BEAT_MS);
  }

  /** Aborted, with the reason, when everything ends early. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** As the run's, for many at once: they all wait for the same. */
  checkpoint(): Promise<void> {
    this.#gate ??= this.#io.checkpoint().finally(() => {
      this.#gate = null;
    });
    return this.#gate;
  }

  /** Works on all items, at most `atOnce` at the same time. Throws what the first to fail throws, when all have ended. */
  async all<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
    const waiting = [...items];
    const lane = async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        this.signal.throwIfAborted();
        await work(item);
        this.#tell();
      }
    };
    const lanes = Array.from({ length: Math.min(atOnce, items.length) }, () =>
      lane().catch((error) => this.#ending.abort(error)),
    );
    await Promise.all(lanes);
    this.signal.throwIfAborted();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const progress = { kind: 'progress', phase: 'evaluation', iteration: 1, ...this.#progress() } as const;
    void this.#io.emit(progress);
  }
}
