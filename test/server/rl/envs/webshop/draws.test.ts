import { describe, expect, test } from 'vitest';
import { NumpyRandomState } from '../../../../../server/rl/envs/webshop/numpy-random.ts';
import { PythonRandom } from '../../../../../server/rl/envs/webshop/python-random.ts';

describe('PythonRandom', () => {
  test('draws what CPython draws', () => {
    const random = new PythonRandom(42);
    expect([random.random(), random.random()]).toEqual([0.6394267984578837, 0.025010755222666936]);
    expect(new PythonRandom(0).lowerCaseWord(10)).toBe('vtkgnkuhmp');
    expect(new PythonRandom(233).bits(32)).toBe(2931216007);
    expect(new PythonRandom(0).sample([10, 20, 30, 40], 2)).toEqual([40, 20]);
  });

  test('a seed beyond 32 bits counts in full, and its sign does not', () => {
    expect(new PythonRandom(1099511627783n).random()).toBe(0.6137037779936511);
    expect(new PythonRandom(-42).random()).toBe(new PythonRandom(42).random());
    expect(new PythonRandom(0).random()).toBe(0.8444218515250481);
  });

  test('sample never repeats, and refuses what cannot be', () => {
    const items = Array.from({ length: 300 }, (_, i) => i);
    for (const count of [0, 1, 20, 85, 300])
      expect(new Set(new PythonRandom(3).sample(items, count)).size).toBe(count);
    expect(() => new PythonRandom(3).sample([1, 2], 3)).toThrow(RangeError);
  });

  test('the draw by weight is off by one, as in the original: index 0 never comes up', () => {
    const random = new PythonRandom(5);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 400; i++) counts[random.weightedIndex([0, 1, 2, 3, 4])]!++;
    expect(counts[0]).toBe(0);
    // The last index takes two places' share.
    expect(counts[3]! / 400).toBeCloseTo(0.5, 1);
  });
});

describe('NumpyRandomState', () => {
  test('draws what numpy draws', () => {
    expect(new NumpyRandomState(6).permutation(10)).toEqual([8, 1, 7, 0, 6, 5, 2, 4, 3, 9]);
    const random = new NumpyRandomState(1000);
    expect(random.choice(0, 500, 128).slice(0, 4)).toEqual([319, 207, 22, 420]);
    expect(random.choice(0, 500, 128).slice(0, 4)).toEqual([417, 304, 117, 305]);
  });

  test('a range that is too short is refused', () => {
    expect(() => new NumpyRandomState(0).choice(500, 510, 16)).toThrow('choice: 16 of 10');
    expect(new NumpyRandomState(0).choice(3, 4, 1)).toEqual([3]);
  });
});
