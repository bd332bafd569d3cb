import { parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import { linesToParquet } from '../../../app/_charts/export-parquet.ts';
import type { LineSeries } from '../../../app/_charts/line-series.ts';

const line = (label: string, x: number[], y: (number | null)[]): LineSeries => ({
  id: label,
  label,
  x,
  y,
  color: '',
});

it('writes lines and bands as columns that other programs read, gaps and not-a-number too', async () => {
  const series = [line('same', [1, 2], [0.5, null]), line('same', [2, 3], [Number.NaN, 7])];
  const band = { id: 'b', label: 'range', x: [1, 2], low: [0, 0.25], high: [1, 1.25], color: '' };
  const rows = await parquetReadObjects({ file: await linesToParquet('Iterations', series, [band]) });
  expect(rows).toEqual([
    { Iterations: 1, same: 0.5, 'same (2)': null, 'range, low': 0, 'range, high': 1 },
    { Iterations: 2, same: null, 'same (2)': Number.NaN, 'range, low': 0.25, 'range, high': 1.25 },
    { Iterations: 3, same: null, 'same (2)': 7, 'range, low': null, 'range, high': null },
  ]);
});
