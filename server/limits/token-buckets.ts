interface Bucket {
  tokens: number;
  /** When `tokens` was true, epoch ms. */
  at: number;
}

const MOST_KEYS = 10_000;

/** A budget by key: `burst` at once, then `perSecond`. Forgets the keys that were used longest ago. */
export class TokenBuckets {
  readonly #burst: number;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ burst, perSecond }: { burst: number; perSecond: number }) {
    this.#burst = burst;
    this.#perSecond = perSecond;
  }

  /** Seconds until `cost` tokens are there; 0 for now. Takes none. */
  wait(key: string, cost = 1): number {
    return Math.max(0, cost - this.#tokens(key)) / this.#perSecond;
  }

  /** Takes `cost` tokens and returns 0, or takes none and returns the seconds until they are there. */
  take(key: string, cost = 1): number {
    const wait = this.wait(key, cost);
    if (wait > 0) return wait;
    this.charge(key, cost);
    return 0;
  }

  /** Takes what was used already, even if it was not there: the key waits until it is paid. */
  charge(key: string, cost: number): void {
    const tokens = this.#tokens(key) - cost;
    this.#buckets.delete(key); // The order of a Map is that of insertion: the first is the oldest.
    this.#buckets.set(key, { tokens, at: Date.now() });
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_KEYS) break;
      this.#buckets.delete(oldest);
    }
  }

  #tokens(key: string): number {
    const bucket = this.#buckets.get(key);
    if (!bucket) return this.#burst;
    return Math.min(this.#burst, bucket.tokens + ((Date.now() - bucket.at) / 1000) * this.#perSecond);
  }
}
