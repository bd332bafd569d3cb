import { expect, it } from 'vitest';
import { miniBatches } from '../../../../../server/rl/train/learn/learn.ts';

const row = (turns?: number) => ({ tokens: Uint32Array.of(1), decisions: [], turns });
const turnsOf = (rows: readonly { turns?: number }[], limit: number) =>
  miniBatches(
    rows.map(({ turns }) => row(turns)),
    limit,
  ).map((batch) => batch.map(({ turns }) => turns));

it('mini-batches of rows of one turn are the rows in slices', () => {
  const rows = Array.from({ length: 10 }, () => row());
  expect(miniBatches(rows, 4)).toEqual([rows.slice(0, 4), rows.slice(4, 8), rows.slice(8)]);
  expect(miniBatches(rows.slice(0, 8), 4)).toHaveLength(2);
  expect(miniBatches([], 4)).toEqual([]);
});

it('mini-batches count turns and leave rows whole', () => {
  const rows = [{ turns: 3 }, { turns: 4 }, { turns: 2 }, { turns: 20 }, { turns: 1 }, {}, { turns: 8 }];
  expect(turnsOf(rows, 8)).toEqual([[3, 4], [2], [20], [1, undefined], [8]]);
});
