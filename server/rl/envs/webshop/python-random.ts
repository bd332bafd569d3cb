import { MersenneTwister } from './mersenne-twister.ts';

/**
 * The draws of Python's `random` module that WebShop makes, number for number: prices, price bounds, the order of the goals,
 * session names. Seeds are integers of any size, of which Python takes the absolute value.
 */
export class PythonRandom {
  private readonly twister = new MersenneTwister();

  constructor(seed: number | bigint) {
    this.seed(seed);
  }

  seed(seed: number | bigint): void {
    const words: number[] = [];
    let rest = BigInt(seed);
    if (rest < 0n) rest = -rest;
    do {
      words.push(Number(rest & 0xffffffffn));
      rest >>= 32n;
    } while (rest > 0n);
    this.twister.seedByWords(words);
  }

  /** In [0, 1), 53 bits. */
  random(): number {
    const high = this.twister.uint32() >>> 5;
    const low = this.twister.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** `bits` random bits, 1 to 32. */
  bits(bits: number): number {
    return this.twister.uint32() >>> (32 - bits);
  }

  /** Uniform integer in 0..n-1, n from 1 to 2^32 - 1. */
  below(n: number): number {
    const bits = 32 - Math.clz32(n);
    let draw = this.bits(bits);
    while (draw >= n) draw = this.bits(bits);
    return draw;
  }

  /** Integer in low..high, both included. */
  integer(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }

  /** Puts the array in a random order, in place. */
  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
  }

  /** `count` different elements, in the order drawn. Throws RangeError when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[] {
    const n = items.length;
    if (count > n) throw new RangeError(`sample: ${count} of ${n}`);
    // CPython's own choice between moving a copy about and remembering what was drawn: it decides which numbers are drawn.
    const setSize = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    if (n <= setSize) {
      const pool = [...items];
      return Array.from({ length: count }, (_, i) => {
        const j = this.below(n - i);
        const drawn = pool[j]!;
        pool[j] = pool[n - i - 1]!;
        return drawn;
      });
    }
    const taken = new Set<number>();
    while (taken.size < count) taken.add(this.below(n));
    return [...taken].map((i) => items[i]!);
  }

  /** A word of `length` letters drawn with replacement: how WebShop names a session. */
  lowerCaseWord(length: number): string {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    return Array.from({ length }, () => letters[Math.floor(this.random() * 26)]).join('');
  }

  /** Index drawn by `random_idx` of the original: `cumulative` starts with 0, so index 0 comes up only on a draw below 0. */
  weightedIndex(cumulative: readonly number[]): number {
    const position = this.uniform(0, cumulative.at(-1) ?? 0);
    let [low, high] = [0, cumulative.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (position < cumulative[middle]!) high = middle;
      else low = middle + 1;
    }
    return Math.min(low, cumulative.length - 2);
  }
}
