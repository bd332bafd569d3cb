'use client';
import { ENDPOINT_METRICS } from '../../../server/contract/endpoints.ts';
import { METRICS, type Metric } from '../../../server/contract/metrics.ts';
import { formatValue } from '../../_charts/format.ts';
import { lastValue } from '../../_charts/line-series.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { Hint } from '../../_ui/hint.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Table, Td } from '../../_ui/table.tsx';
import { EvaluationByType } from './evaluation-by-type.tsx';
import type { CurrentRun } from './run-model.ts';
import type { RunViewState, SetRunViewState } from './view-state.ts';

const ROWS = METRICS.filter(({ key, needs }) => needs === 'endpoint' || ENDPOINT_METRICS.includes(key));

/** What came of a run behind an endpoint: it has one round, so its numbers stand in a table and not on curves. */
export function EndpointFigures({
  run,
  live,
  view,
  setView,
}: {
  run: CurrentRun;
  live: LiveRun;
  view: RunViewState;
  setView: SetRunViewState;
}) {
  const { columns } = live.series;
  const rows = ROWS.filter(({ key }) => columns[key] !== undefined);
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[3fr_2fr]">
      <EvaluationByType run={run} view={view} setView={setView} />
      <Panel title="Answers" flush={rows.length > 0}>
        {rows.length === 0 ? (
          <p className="py-8 text-center text-muted">
            {run.isActive || run.state === 'queued'
              ? 'These numbers come when all episodes are played'
              : 'The run ended before all episodes were played'}
          </p>
        ) : (
          <Table caption="Answers">
            <tbody>
              {rows.map((metric) => (
                <Row key={metric.key} metric={metric} value={lastValue(columns[metric.key] ?? [])} />
              ))}
            </tbody>
          </Table>
        )}
      </Panel>
    </div>
  );
}

function Row({ metric, value }: { metric: Metric; value: number | null | undefined }) {
  return (
    <tr>
      <Td>
        <Hint text={metric.definition}>{metric.title}</Hint>
      </Td>
      <Td numeric className="font-medium">
        {formatValue(value, metric.unit)}
      </Td>
    </tr>
  );
}
