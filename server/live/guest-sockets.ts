import { Places } from '../limits/places.ts';
import { TokenBuckets } from '../limits/token-buckets.ts';

/** A class may watch a link together, also from one address; nobody may open sockets without end. */
const MOST_OF_LINK = 500;
const MOST_OF_GUEST = 150;
const MOST_ALTOGETHER = 1500;

/** Who opened a socket: the id of the share and the address. */
export interface SocketGuest {
  shareId: string;
  address: string;
}

/** Counts the sockets of share links, and how often guests have runs told from the beginning. */
export class GuestSockets {
  readonly #places = new Places();
  /** Thirty may open a comparison of fifty runs at once, twice. */
  readonly #questions = new TokenBuckets({ burst: 3000, perSecond: 30 });
  readonly #replaysOfSocket = new TokenBuckets({ burst: 3, perSecond: 3 / 60 });
  readonly #replaysOfGuest = new TokenBuckets({ burst: 30, perSecond: 30 / 60 });

  /** Counts a socket; returns what counts it off, or a sentence why there may be no more. */
  open({ shareId, address }: SocketGuest): (() => void) | string {
    const taken = this.#places.take([
      {
        key: '',
        most: MOST_ALTOGETHER,
        full: `All share links of this server together have ${MOST_ALTOGETHER} viewers`,
      },
      { key: shareId, most: MOST_OF_LINK, full: `This link has ${MOST_OF_LINK} viewers` },
      {
        key: `${shareId} ${address}`,
        most: MOST_OF_GUEST,
        full: `This link has ${MOST_OF_GUEST} viewers at your address`,
      },
    ]);
    return 'full' in taken ? `${taken.full.full}, the most at once: try again later` : taken.giveBack;
  }

  /** Seconds to wait before a guest may ask for one more run; 0 for now. */
  ask({ shareId, address }: SocketGuest): number {
    return this.#questions.take(`${shareId} ${address}`);
  }

  /** Seconds to wait before this socket may have `part` (0 to 1) of a run told again; 0 for now. */
  replay({ shareId, address }: SocketGuest, socketId: string, runId: string, part: number): number {
    const guest = `${shareId} ${address} ${runId}`;
    const wait = this.#replaysOfGuest.wait(guest, part);
    return wait > 0
      ? wait
      : this.#replaysOfSocket.take(`${socketId} ${runId}`, part) || this.#replaysOfGuest.take(guest, part);
  }
}
