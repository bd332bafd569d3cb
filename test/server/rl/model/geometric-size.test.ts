import { describe, expect, it } from 'vitest';
import { geometricSize } from '../../../../server/rl/model/geometric-size.ts';

describe('geometric sizes', () => {
  it('are the smallest of 8, 12, 16, 24, 32, 48, … that is enough', () => {
    const sizes = [0, 1, 8, 9, 12, 13, 16, 17, 25, 33, 48, 49, 71].map((count) => geometricSize(count, 8));
    expect(sizes).toEqual([8, 8, 8, 12, 12, 16, 16, 24, 32, 48, 48, 64, 96]);
    expect([1, 256, 257, 400, 513, 769].map((count) => geometricSize(count, 256))).toEqual([
      256, 256, 384, 512, 768, 1024,
    ]);
  });
});
