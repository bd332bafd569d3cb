import type { TrainerIo } from './trainer-io.ts';

export type Lap = 'rollout' | 'teacher' | 'credit' | 'update';

/** Times the parts of an iteration; what a pause takes does not count. */
export class Stopwatch {
  readonly #io: TrainerIo;
  #waitedMs = 0;
  #startMs = 0;
  #lapMs = 0;
  #laps: Record<Lap, number> = { rollout: 0, teacher: 0, credit: 0, update: 0 };

  constructor(io: TrainerIo) {
    this.#io = io;
    this.restart();
  }

  /** Passes the run's checkpoint: returns at once normally, after a pause otherwise. */
  async checkpoint(): Promise<void> {
    const before = performance.now();
    await this.#io.checkpoint();
    this.#waitedMs += performance.now() - before;
  }

  restart(): void {
    this.#startMs = this.#lapMs = this.#now();
  }

  /** Ends a part: its time since the last lap or restart. */
  lap(name: Lap): void {
    const now = this.#now();
    this.#laps[name] = (now - this.#lapMs) / 1000;
    this.#lapMs = now;
  }

  /** Seconds of each part. */
  laps(): Record<Lap, number> {
    return { ...this.#laps };
  }

  /** Seconds since the restart. */
  total(): number {
    return (this.#now() - this.#startMs) / 1000;
  }

  #now(): number {
    return performance.now() - this.#waitedMs;
  }
}
