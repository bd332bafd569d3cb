import type { ServerResponse } from 'node:http';
import { AppError } from '../contract/error.ts';
import type { Bus, BusMessage } from '../live/bus.ts';
import { Lane } from './lane.ts';
import { Places } from './places.ts';
import { SharedAnswers } from './shared-answers.ts';
import { TokenBuckets } from './token-buckets.ts';

/** Who asks without being the owner: their address, and the share link they show ('' for none). */
export interface Guest {
  address: string;
  link: string;
}

/** Guests' reads that touch the database at the same time: the owner's next one waits for no more than these. */
const READS_AT_ONCE = 2;
const PAGES_AT_ONCE = 4;
const MOST_WAITING = 200;
/** Answers on their way, so that whoever does not take theirs fills no memory. */
const MOST_ANSWERS = 100;
const MOST_ANSWERS_OF_ADDRESS = 40;
const FULL_RETRY_SECONDS = 3;

/**
 * What guests may ask of the house. A class of three hundred may open a link at once, and nobody who asks without end
 * gets more than a small share of the server. The owner is not counted here and waits in none of these lines.
 */
export class GuestBudget {
  /** Expensive answers, once for all who ask. */
  readonly answers = new SharedAnswers();
  readonly #calls = new TokenBuckets({ burst: 300, perSecond: 10 });
  /** Over all links and none: whoever tries links pays too. */
  readonly #callsOfAddress = new TokenBuckets({ burst: 600, perSecond: 20 });
  readonly #pagesOfAddress = new TokenBuckets({ burst: 300, perSecond: 10 });
  readonly #bytesOfAddress = new TokenBuckets({ burst: 300e6, perSecond: 3e6 });
  readonly #answering = new Places();
  readonly #reads = new Lane(READS_AT_ONCE, MOST_WAITING);
  readonly #pages = new Lane(PAGES_AT_ONCE, MOST_WAITING);

  /** A whole answer, until its last byte is taken: pages and API. Throws AppError `too-many`. */
  serve(address: string, response: ServerResponse, answer: () => Promise<void>): Promise<void> {
    refuseFor(this.#bytesOfAddress.wait(address));
    refuseFor(this.#callsOfAddress.wait(address));
    const taken = this.#answering.take([
      { key: '', most: MOST_ANSWERS },
      { key: address, most: MOST_ANSWERS_OF_ADDRESS },
    ]);
    if ('full' in taken) refuseFor(FULL_RETRY_SECONDS);
    else {
      const { socket } = response;
      const before = socket?.bytesWritten ?? 0;
      response.once('close', () => {
        taken.giveBack();
        this.#bytesOfAddress.charge(address, (socket?.bytesWritten ?? before) - before);
      });
    }
    return answer();
  }

  /** An API call, or a socket that wants in. Throws AppError `too-many`. */
  read<T>(guest: Guest, work: () => Promise<T>): Promise<T> {
    this.#pay(guest);
    return this.#reads.run(work);
  }

  /** A page. Throws AppError `too-many`. */
  page<T>(address: string, work: () => Promise<T>): Promise<T> {
    refuseFor(this.#pagesOfAddress.take(address));
    return this.#pages.run(work);
  }

  /** The address pays even for what its link is refused: whoever goes on regardless is soon refused by `serve`. */
  #pay({ address, link }: Guest): void {
    refuseFor(this.#callsOfAddress.take(address));
    refuseFor(this.#calls.take(`${link} ${address}`));
  }
}

function refuseFor(seconds: number): void {
  if (seconds <= 0) return;
  const retryAfterSeconds = Math.ceil(seconds);
  throw new AppError(
    'too-many',
    `This link was asked too often from your address: try again in ${retryAfterSeconds} s`,
    { retryAfterSeconds },
  );
}

/** After these, what guests were answered is true no longer. */
const RENEWING: readonly BusMessage['type'][] = ['runsChanged', 'shareEnded', 'shareChanged', 'resync'];

/** The budget of a server; what guests share is computed anew when a run changes or a link ends. */
export function makeGuestBudget(bus: Bus): GuestBudget {
  const budget = new GuestBudget();
  bus.subscribe(({ type }) => {
    if (RENEWING.includes(type)) budget.answers.forget();
  });
  return budget;
}
