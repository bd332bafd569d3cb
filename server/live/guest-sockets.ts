import { TokenBuckets } from '../limits/token-buckets.ts';

/** A class may watch a link together, also from one address; nobody may open sockets without end. */
const MOST_OF_LINK = 500;
const MOST_OF_GUEST = 150;
const MOST_ALTOGETHER = 1500;
/** What all guests together may have under way; see Outlet. */
export const MOST_GUEST_BYTES = 64_000_000;

/** Who opened a socket: the id of the share and the address. */
export interface SocketGuest {
  shareId: string;
  address: string;
}

/** Counts the sockets of share links, and how often guests have runs told from the beginning. */
export class GuestSockets {
  readonly #counts = new Map<string, number>();
  readonly #replaysOfSocket = new TokenBuckets({ burst: 3, perSecond: 3 / 60 });
  readonly #replaysOfGuest = new TokenBuckets({ burst: 30, perSecond: 30 / 60 });

  /** Counts a socket; returns what counts it off, or a sentence why there may be no more. */
  open({ shareId, address }: SocketGuest): (() => void) | string {
    const places: [string, number, string][] = [
      ['', MOST_ALTOGETHER, `All share links of this server together have ${MOST_ALTOGETHER} viewers`],
      [shareId, MOST_OF_LINK, `This link has ${MOST_OF_LINK} viewers`],
      [`${shareId} ${address}`, MOST_OF_GUEST, `This link has ${MOST_OF_GUEST} viewers at your address`],
    ];
    for (const [key, most, sentence] of places)
      if ((this.#counts.get(key) ?? 0) >= most) return `${sentence}, the most at once: try again later`;
    for (const [key] of places) this.#add(key, 1);
    let open = true;
    return () => {
      if (open) for (const [key] of places) this.#add(key, -1);
      open = false;
    };
  }

  /** Seconds to wait before this socket may have `part` (0 to 1) of a run told again; 0 for now. */
  replay({ shareId, address }: SocketGuest, socketId: string, runId: string, part: number): number {
    const guest = `${shareId} ${address} ${runId}`;
    const wait = this.#replaysOfGuest.wait(guest, part);
    return wait > 0
      ? wait
      : this.#replaysOfSocket.take(`${socketId} ${runId}`, part) || this.#replaysOfGuest.take(guest, part);
  }

  #add(key: string, change: 1 | -1): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}
