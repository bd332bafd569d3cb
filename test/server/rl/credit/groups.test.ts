import { describe, expect, it } from 'vitest';
import { zeroGroupShare } from '../../../../server/rl/credit/groups.ts';

const level = (...values: number[]) => Float64Array.from(values);

describe('the share of groups that teach nothing', () => {
  it('counts groups without an advantage on any turn of any level', () => {
    const low = level(0, 0, 1, -1, 1e-17, 0);
    const group = Int32Array.from([0, 0, 4, 4, 7, 7]);
    expect(zeroGroupShare({ rawAdvantage: { low, high: null, switch: null } }, group)).toBeCloseTo(2 / 3, 12);
    const high = level(0, 1, 0, 0, 0, 0);
    expect(zeroGroupShare({ rawAdvantage: { low, high, switch: null } }, group)).toBeCloseTo(1 / 3, 12);
  });

  it('of no turns is not defined, and what is no number is not nothing', () => {
    expect(
      zeroGroupShare({ rawAdvantage: { low: level(), high: null, switch: null } }, new Int32Array(0)),
    ).toBeUndefined();
    const low = level(Number.NaN);
    expect(zeroGroupShare({ rawAdvantage: { low, high: null, switch: null } }, new Int32Array(1))).toBe(0);
  });
});
