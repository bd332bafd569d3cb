/**
 * Bounds the memory of compiled graphs: beyond `limit` sessions one is freed, and whoever keeps it is told to forget it (and
 * compiles anew when asked again). It is the least recently run of those that cost the same; a session that cost more to
 * compile stays for as much longer (GreedyDual, Young 1994), so that the many small graphs of playing do not push out the few
 * large ones of learning.
 */
export class SessionPool<Session extends { dispose(): void }> {
  readonly #limit: number;
  /** Least recently run first. */
  readonly #sessions = new Map<Session, Kept>();
  /** Up to where sessions have been freed. */
  #freed = 0;

  /** At least 2: what an argument was recorded by may have to be compiled before the function it goes to runs. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `cost`: of compiling it, in any unit that all share. `forget` is called when it is freed. */
  add(session: Session, cost: number, forget: () => void): void {
    while (this.#sessions.size >= this.#limit) this.#freeCheapest();
    this.#sessions.set(session, { cost, forget, staysTo: this.#freed + cost });
  }

  /** Notes that a session is about to run. */
  touch(session: Session): void {
    const kept = this.#sessions.get(session);
    if (kept === undefined) return;
    this.#sessions.delete(session);
    this.#sessions.set(session, { ...kept, staysTo: this.#freed + kept.cost });
  }

  free(session: Session): void {
    const kept = this.#sessions.get(session);
    if (kept === undefined) return;
    this.#sessions.delete(session);
    session.dispose();
    kept.forget();
  }

  freeAll(): void {
    for (const session of this.#sessions.keys()) this.free(session);
  }

  #freeCheapest(): void {
    let least = Number.POSITIVE_INFINITY;
    let cheapest: Session | null = null;
    for (const [session, { staysTo }] of this.#sessions) {
      if (staysTo >= least) continue;
      least = staysTo;
      cheapest = session;
    }
    this.#freed = least;
    this.free(cheapest as Session);
  }
}

/** What is known of a session. */
interface Kept {
  cost: number;
  forget: () => void;
  /** It is freed once sessions up to here have been: what was freed when it last ran, and its cost. */
  staysTo: number;
}
