import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../server/rl/random.ts';

describe('Random', () => {
  it('matches xoshiro128** 1.1 from state 1, 2, 3, 4', () => {
    const random = new Random();
    random.restore([1, 2, 3, 4]);
    // First by hand: 2 * 5 = 10, rotated by 7 bits = 1280, times 9 = 11520; then s1 becomes 2 ^ (3 ^ 1) = 0.
    expect([random.uint32(), random.uint32(), random.uint32()]).toEqual([11520, 0, 5927040]);
  });

  it('gives the same numbers for the same seed and others for another', () => {
    const draws = (...seed: (number | string)[]) => {
      const random = new Random(...seed);
      return Array.from({ length: 4 }, () => random.uint32()).join();
    };
    expect(draws(7, 'train', 3)).toBe(draws(7, 'train', 3));
    const seeds = [
      [7],
      ['7'],
      [7, 0],
      [0, 7],
      ['a', 'b'],
      ['ab'],
      ['a b'],
      [],
      [0.5],
      [-7],
      [2 ** 40],
    ] as const;
    expect(new Set(seeds.map((seed) => draws(...seed))).size).toBe(seeds.length);
  });

  it('continues exactly after state and restore, also through JSON', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(50), (seed, skip) => {
        const random = new Random(seed);
        for (let i = 0; i < skip; i++) random.next();
        const copy = new Random('elsewhere');
        copy.restore(JSON.parse(JSON.stringify(random.state())));
        expect([copy.next(), copy.int(10), copy.normal()]).toEqual([
          random.next(),
          random.int(10),
          random.normal(),
        ]);
      }),
    );
  });

  it('refuses a broken state', () => {
    for (const state of [
      [0, 0, 0, 0],
      [1, 2, 3],
      [1, 2, 3, -4],
      [1, 2, 3, 0.5],
      [1, 2, 3, 2 ** 32],
    ]) {
      expect(() => new Random().restore(state)).toThrow(RangeError);
    }
  });

  it('forks without advancing, by label', () => {
    const random = new Random(1);
    const before = random.state();
    const a = random.fork('a').uint32();
    expect(random.fork('a').uint32()).toBe(a);
    expect(random.fork('b').uint32()).not.toBe(a);
    expect(random.state()).toEqual(before);
  });

  it('draws evenly', () => {
    const random = new Random(5);
    const counts = new Array<number>(6).fill(0);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 60_000; i++) {
      const face = random.int(6);
      counts[face] = (counts[face] ?? 0) + 1;
      const z = random.normal();
      sum += z;
      squares += z * z;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(Math.abs(sum / 60_000)).toBeLessThan(0.02);
    expect(Math.abs(squares / 60_000 - 1)).toBeLessThan(0.03);
  });

  it('draws by weight and never an index of weight 0', () => {
    const random = new Random(5);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) {
      const index = random.weighted([0, 3, 1, 0]);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(counts[0]).toBe(0);
    expect(counts[3]).toBe(0);
    expect((counts[1] ?? 0) / 10_000).toBeCloseTo(0.75, 1);
    expect(() => random.weighted([0, 0])).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
    expect(() => random.int(0)).toThrow(RangeError);
  });

  it('shuffles in place and keeps every element', () => {
    const items = Array.from({ length: 30 }, (_, i) => i);
    const shuffled = new Random(2).shuffle([...items]);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});
