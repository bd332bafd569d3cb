/**
 * Bounds the memory of compiled graphs: beyond `limit` sessions the least recently run one is freed, and whoever keeps it
 * is told to forget it (and compiles anew when asked again).
 */
export class SessionPool<Session extends { dispose(): void }> {
  readonly #limit: number;
  /** Least recently run first, each with its owner's `forget`. */
  readonly #sessions = new Map<Session, () => void>();

  /** At least 2: what an argument was recorded by may have to be compiled before the function it goes to runs. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(session: Session, forget: () => void): void {
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size < this.#limit) break;
      this.free(oldest);
    }
    this.#sessions.set(session, forget);
  }

  /** Notes that a session is about to run. */
  touch(session: Session): void {
    const forget = this.#sessions.get(session);
    if (forget === undefined) return;
    this.#sessions.delete(session);
    this.#sessions.set(session, forget);
  }

  free(session: Session): void {
    const forget = this.#sessions.get(session);
    if (forget === undefined) return;
    this.#sessions.delete(session);
    session.dispose();
    forget();
  }

  freeAll(): void {
    for (const session of this.#sessions.keys()) this.free(session);
  }
}
