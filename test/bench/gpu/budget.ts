/** A part is not begun with less, seconds. */
export const LEAST_SECONDS = 15;

/** The time of a benchmark, some of which is kept for parts that come later. */
export class TimeBudget {
  readonly #until: number;
  readonly #now: () => number;
  #kept = 0;

  /** @param now the time in milliseconds */
  constructor(seconds: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#until = now() + 1000 * seconds;
  }

  /** Keeps seconds for later; `release` makes them part of the rest again. */
  keep(seconds: number): { release(): void } {
    this.#kept += seconds;
    let isKept = true;
    return {
      release: () => {
        if (isKept) this.#kept -= seconds;
        isKept = false;
      },
    };
  }

  /** Seconds that are left to whoever has nothing kept. */
  left(): number {
    return Math.max(0, (this.#until - this.#now()) / 1000 - this.#kept);
  }

  /** Seconds of one of so many parts that share what is left, or null where that is not worth beginning. */
  share(parts: number): number | null {
    const left = this.left();
    return left < LEAST_SECONDS ? null : Math.max(LEAST_SECONDS, left / parts);
  }
}
