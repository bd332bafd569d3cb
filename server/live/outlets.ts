import type { Socket } from 'socket.io';
import { Outlet, type OutletLimits } from './outlet.ts';

const SWEEP_MS = 1000;
/** What all guests together may have under way. */
const MOST_GUEST_BYTES = 64_000_000;

/** The ways out to all browsers; cuts those that do not keep up. */
export class Outlets {
  readonly #limits: Partial<OutletLimits>;
  readonly #outlets = new Map<Socket['conn'], { outlet: Outlet; guest: boolean }>();
  readonly #timer: NodeJS.Timeout;

  constructor(limits: Partial<OutletLimits> = {}) {
    this.#limits = limits;
    const everyMs = Math.min(SWEEP_MS, (limits.stallMs ?? SWEEP_MS * 2) / 2);
    this.#timer = setInterval(() => this.#sweep(), everyMs).unref();
  }

  /** The way out of a connection, one for its whole life. */
  of(connection: Socket['conn'], { guest }: { guest: boolean }): Outlet {
    const known = this.#outlets.get(connection);
    if (known) return known.outlet;
    const outlet = new Outlet(connection, this.#limits);
    this.#outlets.set(connection, { outlet, guest });
    connection.on('close', () => this.#outlets.delete(connection));
    return outlet;
  }

  /** What is held for browsers altogether. */
  get bytes(): number {
    return [...this.#outlets.values()].reduce((sum, { outlet }) => sum + outlet.bytes, 0);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const now = Date.now();
    for (const { outlet } of this.#outlets.values()) if (outlet.isStuck(now)) this.#cut(outlet);
    const guests = [...this.#outlets.values()].flatMap(({ outlet, guest }) => (guest ? [outlet] : []));
    guests.sort((a, b) => a.bytes - b.bytes);
    let bytes = guests.reduce((sum, outlet) => sum + outlet.bytes, 0);
    while (bytes > MOST_GUEST_BYTES) {
      const largest = guests.pop();
      if (!largest) return;
      bytes -= largest.bytes;
      this.#cut(largest);
    }
  }

  #cut(outlet: Outlet): void {
    console.warn(`[live] a browser does not keep up (${(outlet.bytes / 1e6).toFixed(1)} MB wait): cut`);
    outlet.cut();
  }
}
