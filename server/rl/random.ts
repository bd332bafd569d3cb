/** State of a {@link Random}: four unsigned 32-bit words, safe to store as JSON. */
export type RandomState = readonly [number, number, number, number];

/**
 * Seeded pseudo-random numbers: xoshiro128** 1.1 (Blackman and Vigna, 2018), period 2^128 - 1, 32 bits per draw.
 * The same seed gives the same numbers on every machine. Not for secrets.
 *
 * A seed is one or more numbers or strings: `new Random(7)`, `new Random(7, 'train', 12)`. They are mixed by position and
 * kind, so `new Random(1, 2)`, `new Random(12)` and `new Random('1', 2)` are unrelated streams.
 */
export class Random {
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 0;

  constructor(...seed: readonly (number | string)[]) {
    const mix = new SeedMixer();
    for (const part of seed) mix.add(part);
    this.restore([mix.next(), mix.next(), mix.next(), mix.next()]);
  }

  /** The state now; `restore` continues from exactly here. */
  state(): RandomState {
    return [this.s0, this.s1, this.s2, this.s3];
  }

  /** Continues from a state saved by `state`. Throws RangeError unless it is four 32-bit words, not all zero. */
  restore(state: readonly number[]): void {
    const [a, b, c, d] = state;
    const words = [a, b, c, d];
    if (state.length !== 4 || !words.every((word) => word !== undefined && word === word >>> 0)) {
      throw new RangeError('random state: expected four unsigned 32-bit integers');
    }
    if (words.every((word) => word === 0)) throw new RangeError('random state: must not be all zero');
    this.s0 = a ?? 0;
    this.s1 = b ?? 0;
    this.s2 = c ?? 0;
    this.s3 = d ?? 0;
  }

  /** A copy that continues from the same state, independently of this one. */
  clone(): Random {
    const copy = new Random();
    copy.restore(this.state());
    return copy;
  }

  /**
   * An independent stream named by `label`, derived from the present state without advancing it: forks with different
   * labels, and forks taken at different times, differ.
   */
  fork(...label: readonly (number | string)[]): Random {
    return new Random(...this.state(), ...label);
  }

  /** Next unsigned 32-bit integer. */
  uint32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.s1, 5), 7), 9) >>> 0;
    const carry = this.s1 << 9;
    this.s2 ^= this.s0;
    this.s3 ^= this.s1;
    this.s1 = (this.s1 ^ this.s2) >>> 0;
    this.s0 = (this.s0 ^ this.s3) >>> 0;
    this.s2 = (this.s2 ^ carry) >>> 0;
    this.s3 = rotateLeft(this.s3, 11) >>> 0;
    return scrambled;
  }

  /** Next number in [0, 1), a multiple of 2^-32. One draw. */
  next(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** Uniform integer in 0..n-1, without modulo bias. Throws RangeError unless n is an integer in 1..2^32. */
  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 0x1_0000_0000) {
      throw new RangeError(`int(n): n must be an integer from 1 to 2^32, not ${n}`);
    }
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % n;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One element, uniformly. Throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('pick: the list is empty');
    return items[this.int(items.length)] as T;
  }

  /** Index drawn in proportion to the non-negative weights. Throws RangeError when they sum to nothing. */
  weighted(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i] ?? 0;
    if (!(total > 0)) throw new RangeError('weighted: the weights must sum to more than 0');
    let rest = this.next() * total;
    let last = -1;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] ?? 0;
      if (weight <= 0) continue;
      if (rest < weight) return i;
      rest -= weight;
      last = i;
    }
    // Rounding may leave a crumb beyond the last weight.
    return last;
  }

  /** Puts the array in a uniformly random order, in place (Fisher-Yates), and returns it. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const held = items[i] as T;
      items[i] = items[j] as T;
      items[j] = held;
    }
    return items;
  }

  /** Standard normal number (Box-Muller, one of the pair, so that the whole state stays in four words). Two draws. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Turns seed parts into well mixed 32-bit words: FNV-1a over tagged bytes, then splitmix32 to draw from the hash. */
class SeedMixer {
  private low = 0x811c9dc5;
  private high = 0x9e3779b9;
  private counter = 0;

  add(part: number | string): void {
    this.byte(typeof part === 'number' ? 1 : 2);
    if (typeof part === 'string') {
      for (let i = 0; i < part.length; i++) this.word(part.charCodeAt(i));
    } else {
      const bits = new Uint32Array(new Float64Array([part === 0 ? 0 : part]).buffer);
      this.word(bits[0] ?? 0);
      this.word(bits[1] ?? 0);
    }
    // A terminator outside the range of bytes above, so that ('ab') and ('a', 'b') differ.
    this.byte(255);
  }

  next(): number {
    this.counter = (this.counter + 0x9e3779b9) >>> 0;
    const word = avalanche((avalanche(this.low ^ this.counter) + this.high) >>> 0);
    // Never all four words zero: the odd constant breaks the one seed in 2^128 that could do it.
    return this.counter === 0x9e3779b9 && word === 0 ? 0x6d2b79f5 : word;
  }

  private word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
  }

  private byte(value: number): void {
    this.low = Math.imul(this.low ^ value, 0x01000193) >>> 0;
    this.high = avalanche((this.high + value + 1) >>> 0);
  }
}

/** Finaliser of MurmurHash3: every input bit reaches every output bit. */
function avalanche(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
