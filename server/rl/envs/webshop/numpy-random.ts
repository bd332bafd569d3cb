import { MersenneTwister } from './mersenne-twister.ts';

/** The draws of numpy's legacy `RandomState(seed)` by which verl-agent picks a batch of goals. */
export class NumpyRandomState {
  private readonly twister = new MersenneTwister();

  /** `seed` from 0 to 2^32 - 1. */
  constructor(seed: number) {
    this.twister.seedByNumber(seed);
  }

  /** Next unsigned 32-bit integer. */
  uint32(): number {
    return this.twister.uint32();
  }

  /** The numbers 0..n-1 in a random order. */
  permutation(n: number): number[] {
    const items = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.upTo(i);
      const held = items[i]!;
      items[i] = items[j]!;
      items[j] = held;
    }
    return items;
  }

  /** `choice(range(start, end), size, replace=False)`. Throws RangeError when the range is shorter than `size`. */
  choice(start: number, end: number, size: number): number[] {
    if (size > end - start) throw new RangeError(`choice: ${size} of ${end - start} without replacement`);
    return this.permutation(end - start)
      .slice(0, size)
      .map((i) => start + i);
  }

  /** Uniform in 0..max: draws are masked to the bits of `max` and rejected above it. */
  private upTo(max: number): number {
    const mask = max === 0 ? 0 : 0xffffffff >>> Math.clz32(max);
    let draw = (this.uint32() & mask) >>> 0;
    while (draw > max) draw = (this.uint32() & mask) >>> 0;
    return draw;
  }
}
