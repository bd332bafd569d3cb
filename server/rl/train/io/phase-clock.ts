import type { Phase, TrainerEvent } from '../../../contract/events.ts';

type Progress = Extract<TrainerEvent, { kind: 'progress' }>;

/** Shorter than this, the pace of a phase says nothing. */
const LEAST_MS = 2000;

/** How long a phase still takes at its pace so far; time that was waited does not count. `now` is in milliseconds. */
export class PhaseClock {
  readonly #now: () => number;
  #waitedMs = 0;
  #phase: { name: Phase; iteration: number; first: { done: number; ms: number } | null } | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Takes in where a phase is. Returns its seconds left; undefined while its pace is unknown. What comes before the first of
   * what it counts is left out: the making of demonstrations, and most of the compiling.
   */
  secondsLeft({ phase, iteration, done, total }: Progress): number | undefined {
    const ms = this.#now() - this.#waitedMs;
    if (this.#phase?.name !== phase || this.#phase.iteration !== iteration)
      this.#phase = { name: phase, iteration, first: null };
    const own = this.#phase;
    // The same phase over again: evaluations play one list of games after the other.
    if (done > 0 && (!own.first || done < own.first.done)) own.first = { done, ms };
    if (!own.first || done <= own.first.done || ms - own.first.ms < LEAST_MS) return undefined;
    return ((ms - own.first.ms) / (done - own.first.done) / 1000) * (total - done);
  }

  /** Time that passed without work. */
  waited(ms: number): void {
    this.#waitedMs += ms;
  }
}
