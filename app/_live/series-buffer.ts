import { fromMetricValue, type MetricValue } from '../../server/contract/metric-value.ts';
import { chooseBin, reduceRows, type SeriesRows } from '../../server/contract/series.ts';
import type { MetricSeries } from '../../server/contract/views.ts';

/** Columns of one run, grown iteration by iteration and summarised as the server would, once there are more than `points` rows. */
export class SeriesBuffer {
  readonly #runId: string;
  readonly #points: number;
  #bin = 1;
  #iterations: number[] = [];
  #columns: SeriesRows['columns'] = {};
  /** Row from which on rows are not summarised yet. */
  #reducedRows = 0;
  #series: MetricSeries | null = null;
  /** Of a preview. */
  #keys: readonly string[] | undefined;
  /** Keys that have come in parts of the last iteration. */
  #told = { iteration: -1, keys: new Set<string>() };

  constructor(runId: string, points: number) {
    this.#runId = runId;
    this.#points = points;
  }

  /** What is here: an object that does not change any more. */
  get series(): MetricSeries {
    this.#reduce();
    this.#series ??= {
      runId: this.#runId,
      bin: this.#bin,
      iterations: [...this.#iterations],
      columns: Object.fromEntries(Object.entries(this.#columns).map(([key, column]) => [key, [...column]])),
      ...(this.#keys && { keys: this.#keys }),
    };
    return this.#series;
  }

  seed({ bin, iterations, columns, keys }: MetricSeries): void {
    this.#keys = keys;
    this.#bin = bin;
    this.#iterations = iterations;
    this.#columns = columns;
    this.#reducedRows = this.#startOfLastBin();
    this.#series = null;
  }

  /** Returns false where the iteration lies within what is summarised. */
  append(iteration: number, values: Record<string, number | null>): boolean {
    // An iteration told twice replaces what followed it: one point an iteration, always.
    const isNew = iteration > (this.#iterations.at(-1) ?? -1);
    const fits = isNew || this.dropAfter(iteration - 1);
    const length = this.#iterations.length;
    this.#iterations.push(iteration);
    for (const [key, value] of Object.entries(values)) {
      const column = this.#columns[key] ?? new Array<number | null>(length).fill(null);
      column.push(value ?? Number.NaN);
      this.#columns[key] = column;
    }
    for (const column of Object.values(this.#columns)) if (column.length === length) column.push(null);
    this.#series = null;
    return fits;
  }

  /** Takes some values of an iteration, of which others may be here. Returns false where it lies within what is summarised. */
  merge(iteration: number, values: Record<string, MetricValue>): boolean {
    const last = this.#iterations.length - 1;
    let row = last;
    while (row >= 0 && this.#iterations[row]! > iteration) row--;
    if (this.#bin > 1 && row < last) return false;
    if (iteration > this.#told.iteration) this.#told = { iteration, keys: new Set() };
    const { keys } = this.#told;
    // What is said anew replaces what it was, which may be an extreme of its bin by now.
    if (this.#bin > 1 && Object.keys(values).some((key) => keys.has(key))) return false;
    for (const key of Object.keys(values)) keys.add(key);
    // A summarised bin has two rows of its last iteration: what is new stands behind them until the bin is summarised again.
    const isWhole = this.#iterations[row] === iteration && this.#iterations[row - 1] !== iteration;
    if (!isWhole) this.#insert(++row, iteration);
    for (const [key, value] of Object.entries(values)) {
      this.#columns[key] ??= new Array<number | null>(this.#iterations.length).fill(null);
      this.#columns[key][row] = fromMetricValue(value);
    }
    this.#series = null;
    return true;
  }

  #insert(row: number, iteration: number): void {
    this.#iterations.splice(row, 0, iteration);
    for (const column of Object.values(this.#columns)) column.splice(row, 0, null);
  }

  /** Returns false where the rest may hold what came later, as it was summarised with it. */
  dropAfter(iteration: number): boolean {
    if (iteration >= (this.#iterations.at(-1) ?? -1)) return true;
    this.#cut(this.#iterations.filter((known) => known <= iteration).length);
    this.#reducedRows = Math.min(this.#reducedRows, this.#startOfLastBin());
    this.#series = null;
    return this.#bin === 1;
  }

  /** Summarises what has come since, or all of it by larger bins. */
  #reduce(): void {
    const bin = Math.max(this.#bin, chooseBin(this.#iterations.at(-1) ?? 0, this.#points));
    const from = bin > this.#bin ? 0 : this.#reducedRows;
    this.#bin = bin;
    if (bin === 1 || from === this.#iterations.length) return;
    const rest = {
      iterations: this.#iterations.slice(from),
      columns: Object.fromEntries(
        Object.entries(this.#columns).map(([key, column]) => [key, column.slice(from)]),
      ),
    };
    const reduced = reduceRows(rest, bin);
    this.#cut(from);
    for (const iteration of reduced.iterations) this.#iterations.push(iteration);
    for (const [key, column] of Object.entries(reduced.columns))
      for (const value of column) this.#columns[key]!.push(value);
    this.#reducedRows = this.#startOfLastBin();
  }

  #cut(rows: number): void {
    this.#iterations.length = rows;
    for (const column of Object.values(this.#columns)) column.length = rows;
  }

  /** The last bin may still get iterations. */
  #startOfLastBin(): number {
    const place = Math.floor((this.#iterations.at(-1) ?? 0) / this.#bin);
    let row = this.#iterations.length;
    while (row > 0 && Math.floor(this.#iterations[row - 1]! / this.#bin) === place) row--;
    return row;
  }
}
