import { setTimeout as sleep } from 'node:timers/promises';
import { isAway, isCollision } from './outage.ts';

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 2_000;
/** What is over sooner, a lost connection say, is not worth a line on the terminal. */
const QUIET_MS = 1_000;

/** Whether the database answers, and patience for when it does not. */
export class DatabaseLink {
  /** Whether the database may go and come back. One inside this process does not: its errors are final. */
  readonly patient: boolean;
  readonly #ending = new AbortController();
  #awaySince: number | null = null;
  #telling: NodeJS.Timeout | undefined;
  #told = false;

  constructor(patient: boolean) {
    this.patient = patient;
  }

  /** Epoch milliseconds of the first failure since it last answered; null while it answers. */
  get awaySince(): number | null {
    return this.#awaySince;
  }

  /** Whether an error is only a sign that the database is away. */
  isAway(error: unknown): boolean {
    return this.patient && isAway(error);
  }

  /** It answered. */
  found(): void {
    if (this.#awaySince === null) return;
    clearTimeout(this.#telling);
    const seconds = Math.round((Date.now() - this.#awaySince) / 1000);
    if (this.#told) console.log(`[database] It is back after ${seconds} s`);
    this.#awaySince = null;
    this.#told = false;
  }

  /** Takes note of an error that says so, once an outage on the terminal. Returns whether the error was of that kind. */
  lost(error: unknown): boolean {
    if (!this.isAway(error)) return false;
    if (this.#awaySince === null) {
      this.#awaySince = Date.now();
      this.#telling = setTimeout(() => {
        this.#told = true;
        console.error(
          `[database] It does not answer (${lastLine(error)}). Everything waits for it, then goes on`,
        );
      }, QUIET_MS).unref();
    }
    return true;
  }

  /**
   * Does a task; while the database is away, waits and does it again, as long as `goesOn` says so. The task must bear being done
   * twice: a connection that was lost during a commit does not tell what came of it. `tries` is 0 the first time.
   */
  async patiently<Result>(
    task: (tries: number) => Promise<Result>,
    goesOn: () => boolean = () => true,
  ): Promise<Result> {
    for (let tries = 0; ; tries++) {
      try {
        const result = await task(tries);
        this.found();
        return result;
      } catch (error) {
        const passes = this.lost(error) || (this.patient && isCollision(error));
        if (!passes || this.#ending.signal.aborted || !goesOn()) throw error;
        const delayMs = Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS);
        await sleep(delayMs, null, { signal: this.#ending.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  /** From now on nothing waits: this process ends. */
  giveUp(): void {
    this.#ending.abort();
  }
}

function lastLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1)?.trim() || 'no connection';
}
