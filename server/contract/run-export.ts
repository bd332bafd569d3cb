import type { Evaluation } from './events.ts';
import { METRIC_KEYS } from './metrics.ts';
import type { MetricSeries, RunSummary } from './views.ts';

// The page and the server write a run with the same functions: a download is the same text whether the values came live, after a
// reload or from the database.

/** Columns in the order of the metric catalogue, those that it does not know behind them by name. */
function inCatalogueOrder(
  columns: MetricSeries['columns'],
): [key: string, values: readonly (number | null)[]][] {
  const rank = (key: string) => METRIC_KEYS.indexOf(key) + 1 || METRIC_KEYS.length + 1;
  return Object.entries(columns).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

type Curves = Pick<MetricSeries, 'iterations' | 'columns'>;

/** The curves of a run, a line an iteration: not-a-number is `NaN`, missing is empty. */
export function seriesToCsv({ iterations, columns }: Curves): string {
  const ordered = inCatalogueOrder(columns);
  const lines = iterations.map((iteration, row) =>
    [iteration, ...ordered.map(([, values]) => values[row] ?? '')].join(','),
  );
  return `${[['iteration', ...ordered.map(([key]) => key)].join(','), ...lines].join('\n')}\n`;
}

/** A run with its curves and evaluations. JSON has no NaN: it is the word "NaN", missing is null. */
export function runToJson(run: RunSummary & { evaluations: readonly Evaluation[] }, curves: Curves): string {
  const { id, name, state, preset, createdAt, startedAt, endedAt, config } = run;
  // A live page knows more facts than the list says of a run.
  const facts = run.facts && {
    games: run.facts.games,
    engine: run.facts.engine,
    threads: run.facts.threads,
    parameters: run.facts.parameters,
  };
  const content = {
    ...{ id, name, state, preset, createdAt, startedAt, endedAt, facts, config },
    series: {
      iterations: curves.iterations,
      columns: Object.fromEntries(inCatalogueOrder(curves.columns)),
    },
    evaluations: run.evaluations,
  };
  return `${JSON.stringify(content, (_key, value) => (Number.isNaN(value) ? 'NaN' : value), 2)}\n`;
}
