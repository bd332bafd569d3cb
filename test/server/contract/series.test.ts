import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toWire } from '../../../server/api/wire-series.ts';
import {
  chooseBin,
  joinRows,
  reduceRows,
  rowsOfIterations,
  rowsPerAnswer,
  rowsPerRun,
  runsPerRequest,
  type SeriesRows,
} from '../../../server/contract/series.ts';
import { decodeRows, encodeRows, fromWire } from '../../../server/contract/series-codec.ts';

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }) },
  fc.double(),
  fc.constantFrom(null, Number.NaN, Number.POSITIVE_INFINITY),
);

/** Rows with growing iterations, some left out; a key may be silent throughout. */
const someRows = fc
  .array(fc.record({ step: fc.nat(5), a: value, b: fc.option(value), count: fc.nat(9) }), { maxLength: 120 })
  .map((list): SeriesRows => {
    let iteration = 0;
    let count = 0;
    const rows: SeriesRows = { iterations: [], columns: { a: [], b: [], count: [] } };
    for (const row of list) {
      iteration += 1 + row.step;
      count += row.count;
      rows.iterations.push(iteration);
      rows.columns.a!.push(row.a);
      rows.columns.b!.push(row.b);
      rows.columns.count!.push(count);
    }
    return rows;
  });

const said = (column: readonly (number | null)[]) => column.filter((entry) => entry !== null);
const numbers = (column: readonly (number | null)[]) => said(column).filter((entry) => !Number.isNaN(entry));

describe('reduced rows', () => {
  it('keep first, last, minimum and maximum of every bin, and that a key was not a number', () => {
    fc.assert(
      fc.property(someRows, fc.constantFrom(8, 16, 64), (rows, bin) => {
        const reduced = reduceRows(rows, bin);
        for (const key of Object.keys(rows.columns)) {
          const ofBin = (series: SeriesRows, place: number) =>
            series.columns[key]!.filter((_, row) => Math.floor(series.iterations[row]! / bin) === place);
          for (const place of new Set(rows.iterations.map((iteration) => Math.floor(iteration / bin)))) {
            const [all, kept] = [ofBin(rows, place), ofBin(reduced, place)];
            expect(kept.length).toBeLessThanOrEqual(5);
            expect([said(kept)[0], said(kept).at(-1)]).toEqual([said(all)[0], said(all).at(-1)]);
            const [some, less] = [numbers(all), numbers(kept)];
            expect([Math.min(...less), Math.max(...less)]).toEqual([Math.min(...some), Math.max(...some)]);
            expect(kept.some(Number.isNaN)).toBe(all.some(Number.isNaN));
          }
        }
      }),
    );
  });

  it('are the same from pieces, from smaller bins, and from everything at once', () => {
    fc.assert(
      fc.property(someRows, fc.nat(120), fc.constantFrom(8, 16, 64), (rows, cut, bin) => {
        const part = (from: number, to: number): SeriesRows => ({
          iterations: rows.iterations.slice(from, to),
          columns: Object.fromEntries(
            Object.entries(rows.columns).map(([key, column]) => [key, column.slice(from, to)]),
          ),
        });
        const pieces = [reduceRows(part(0, cut), 8), reduceRows(part(cut, rows.iterations.length), 4)];
        expect(reduceRows(joinRows(pieces), bin)).toEqual(reduceRows(rows, bin));
      }),
    );
  });

  it('never go back: neither iterations nor what only grows', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const { iterations, columns } = reduceRows(rows, 16);
        expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
        expect(columns.count).toEqual([...(columns.count as number[])].sort((a, b) => a - b));
      }),
    );
  });

  it('are told as bytes and on the wire to the last bit', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const keys = Object.keys(rows.columns);
        expect(decodeRows(encodeRows(rows))).toEqual({ ...rows, keys });
        const some = keys.filter((_, place) => place % 2 === 1);
        const columns = Object.fromEntries(some.map((key) => [key, rows.columns[key]]));
        expect(decodeRows(encodeRows(rows), some)).toEqual({ iterations: rows.iterations, columns, keys });
        const series = { runId: 'r', bin: 1, ...rows };
        const back = fromWire(JSON.parse(JSON.stringify(toWire(series))));
        // JSON knows no −0.
        const plain = (column: (number | null)[]) => column.map((entry) => (entry === 0 ? 0 : entry));
        for (const key of keys) expect(plain(back.columns[key]!)).toEqual(plain(rows.columns[key]!));
      }),
    );
  });

  it('tell what was not said from what was not a number', () => {
    const events: Parameters<typeof rowsOfIterations>[0] = [
      { iteration: 1, values: { a: null } },
      { iteration: 2, values: { b: 5 } },
    ];
    expect(rowsOfIterations(events).columns).toEqual({ a: [Number.NaN, null], b: [null, 5] });
  });
});

describe('the size of a bin', () => {
  it('fits a run into its rows and doubles while the run grows', () => {
    for (const rows of [64, 120, 500, 1200, 2000]) {
      let last = 1;
      for (let iterations = 1; iterations < 50_000; iterations += 37) {
        const bin = chooseBin(iterations, rows);
        if (bin > 1) expect(Math.ceil((iterations + 1) / bin) * 4).toBeLessThanOrEqual(rows);
        expect(bin % last).toBe(0);
        last = bin;
      }
    }
  });

  it('leaves 20 runs of 20,000 iterations 500 points a line, and 200 runs 64', () => {
    const rowsOf = (runs: number) => Math.ceil(20_001 / chooseBin(20_000, rowsPerRun(runs))) * 4;
    expect(rowsOf(20)).toBeGreaterThanOrEqual(500);
    expect(rowsOf(200)).toBeGreaterThanOrEqual(64);
  });
});

describe('rows of an answer', () => {
  it('are as many as a page asks for, and bounded however many runs are asked for at once', () => {
    for (const runs of [1, 2, 20, 50, 200]) {
      const rows = rowsPerRun(runs);
      const group = Math.min(runs, runsPerRequest(rows));
      expect(rowsPerAnswer(group)).toBeGreaterThanOrEqual(rows);
      expect(rowsPerAnswer(runs) * runs).toBeLessThanOrEqual(12_800);
    }
  });
});
