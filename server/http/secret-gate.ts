import { AppError } from '../contract/error.ts';
import { TokenBuckets } from '../limits/token-buckets.ts';

/** Wrong secrets that are answered at once: somebody who mistypes, a script with an old secret. */
const WRONG_OF_ADDRESS = { burst: 20, perSecond: 1 / 3 };
const WRONG_ALTOGETHER = { burst: 300, perSecond: 5 };

/** After that secrets are looked at one after the other, so far apart. */
const PACE_OF_ADDRESS_MS = 200;
const PACE_ALTOGETHER_MS = 20;
/** Whoever would wait longer is told to come back. */
const LONGEST_WAIT_MS = 10_000;

const MOST_KNOWN = 1000;

/** Where a secret comes from. */
export interface Source {
  /** The budget is counted by it. */
  address: string;
  /** The address with everything that proxies said about it; see `#known`. */
  path: string;
}

/** Turns in the future, so far apart, by key. */
class Queue {
  readonly #paceMs: number;
  readonly #next = new Map<string, number>();

  constructor(paceMs: number) {
    this.#paceMs = paceMs;
  }

  /** Milliseconds until it would be this key's turn. */
  waitMs(key: string): number {
    return Math.max(0, (this.#next.get(key) ?? 0) - Date.now());
  }

  enter(key: string): void {
    const turn = Date.now() + this.waitMs(key);
    this.#next.delete(key);
    this.#next.set(key, turn + this.#paceMs);
    for (const [oldest, time] of this.#next) {
      if (time > Date.now()) break;
      this.#next.delete(oldest);
    }
  }
}

/**
 * The one place where secrets are compared, for every door: login, bearer tokens of pages, API and sockets.
 *
 * What has to be slow is guessing, and a guess is right or wrong only once it has been compared. So a right secret
 * cannot be let in at once while wrong ones wait: whoever is not let in at once would know that the guess was wrong,
 * and guess on as fast as the server answers. Therefore, once an address has used up its wrong guesses, every secret
 * from there is compared in turn, five a second, right or wrong alike. A right one is late by ten seconds at most and
 * never refused for being one too many, unless more than fifty others wait at that very moment; those are refused
 * without a look and told when to come back. Only wrong secrets are counted, so the owner uses nothing up.
 *
 * Not affected, whatever happens: cookies (their 256-bit signature cannot be guessed, it is not checked here), and a
 * right secret from where a right one came before. That lets somebody at the owner's very address guess quickly; they
 * are on the owner's network or machine, and a secret has 16 characters at least, the plainly guessable ones refused
 * at the start (secret-strength.ts).
 */
export class SecretGate {
  readonly #isSecret: (text: string) => boolean;
  readonly #wrongOfAddress = new TokenBuckets(WRONG_OF_ADDRESS);
  readonly #wrongAltogether = new TokenBuckets(WRONG_ALTOGETHER);
  readonly #ofAddress = new Queue(PACE_OF_ADDRESS_MS);
  readonly #altogether = new Queue(PACE_ALTOGETHER_MS);
  /**
   * Paths that a right secret came by. Not addresses: behind a proxy that HIPER_PROXIES does not mention all have
   * one address, but the proxy still tells them apart, and can only be lied to by adding to what it says.
   */
  readonly #known = new Set<string>();

  readonly #longestWaitMs: number;

  /** `longestWaitMs` is shorter in tests. */
  constructor(isSecret: (text: string) => boolean, longestWaitMs = LONGEST_WAIT_MS) {
    this.#isSecret = isSecret;
    this.#longestWaitMs = longestWaitMs;
  }

  /** Whether this is the secret; the answer may take up to ten seconds. Throws AppError `too-many`. */
  async check(text: string, { address, path }: Source): Promise<boolean> {
    if (this.#known.has(path) && this.#isSecret(text)) return true;
    const spent = this.#wrongOfAddress.wait(address) > 0 || this.#wrongAltogether.wait('') > 0;
    if (spent) await this.#turn(address);
    if (this.#isSecret(text)) {
      this.#remember(path);
      return true;
    }
    this.#wrongOfAddress.take(address);
    this.#wrongAltogether.take('');
    return false;
  }

  async #turn(address: string): Promise<void> {
    const waitMs = Math.max(this.#ofAddress.waitMs(address), this.#altogether.waitMs(''));
    if (waitMs > this.#longestWaitMs)
      throw new AppError('too-many', 'Too many wrong secrets: wait ten seconds, then try again', {
        retryAfterSeconds: LONGEST_WAIT_MS / 1000,
      });
    this.#ofAddress.enter(address);
    this.#altogether.enter('');
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  #remember(path: string): void {
    this.#known.delete(path);
    this.#known.add(path);
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
  }
}
