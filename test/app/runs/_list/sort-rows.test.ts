import { describe, expect, it } from 'vitest';
import { sortRows } from '../../../../app/runs/_list/sort-rows.ts';

const rows = [
  { id: 1, name: 'beta', value: 0.5 },
  { id: 2, name: 'Alpha', value: undefined },
  { id: 3, name: 'alpha', value: 0.9 },
  { id: 4, name: 'Gamma', value: 0.5 },
];
const ids = (sorted: typeof rows) => sorted.map(({ id }) => id);

describe('sortRows', () => {
  it('sorts numbers in both directions; what has none comes last in both', () => {
    expect(ids(sortRows(rows, ({ value }) => value, false))).toEqual([1, 4, 3, 2]);
    expect(ids(sortRows(rows, ({ value }) => value, true))).toEqual([3, 1, 4, 2]);
  });

  it('sorts texts in any case and leaves rows that agree in their order', () => {
    expect(ids(sortRows(rows, ({ name }) => name, false))).toEqual([2, 3, 1, 4]);
    expect(ids(sortRows(rows, ({ name }) => name, true))).toEqual([4, 1, 2, 3]);
  });

  it('does not touch the rows it is given', () => {
    sortRows(rows, ({ value }) => value, true);
    expect(ids(rows)).toEqual([1, 2, 3, 4]);
  });
});
