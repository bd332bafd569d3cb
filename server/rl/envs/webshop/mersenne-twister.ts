const N = 624;
const M = 397;

/** MT19937 (Matsumoto and Nishimura, 1998), the generator behind Python's `random` and numpy's RandomState. */
export class MersenneTwister {
  private readonly state = new Uint32Array(N);
  private index = N;

  /** Seeds as the C reference's `init_genrand` does (numpy's RandomState). */
  seedByNumber(seed: number): void {
    this.state[0] = seed;
    for (let i = 1; i < N; i++) {
      const before = this.state[i - 1]!;
      this.state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
    this.index = N;
  }

  /** Seeds as `init_by_array` does, with 32-bit words (Python's `random.seed` of an integer, least word first). */
  seedByWords(words: readonly number[]): void {
    const { state } = this;
    this.seedByNumber(19650218);
    let [i, j] = [1, 0];
    const wrap = () => {
      if (++i < N) return;
      state[0] = state[N - 1]!;
      i = 1;
    };
    for (let k = Math.max(N, words.length); k > 0; k--) {
      const before = state[i - 1]!;
      state[i] = (state[i]! ^ Math.imul(before ^ (before >>> 30), 1664525)) + words[j]! + j;
      j = (j + 1) % words.length;
      wrap();
    }
    for (let k = N - 1; k > 0; k--) {
      const before = state[i - 1]!;
      state[i] = (state[i]! ^ Math.imul(before ^ (before >>> 30), 1566083941)) - i;
      wrap();
    }
    state[0] = 0x80000000;
  }

  /** Next unsigned 32-bit integer. */
  uint32(): number {
    if (this.index >= N) this.twist();
    let y = this.state[this.index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.index = 0;
  }
}
