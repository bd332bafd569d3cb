'use client';
import { memo } from 'react';
import type { Center } from '../../server/stats/centers.ts';
import { formatShare } from '../_charts/format.ts';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { useGradually } from '../_ui/use-gradually.ts';
import type { ComparedRun } from './compared-run.ts';
import { GroupTable } from './group-table.tsx';
import { DifferenceBar, IntervalBar } from './interval-bar.tsx';
import { formatPoints } from './points.ts';
import { newcombe } from './proportion.ts';
import { ProtocolHead } from './protocol-head.tsx';
import { type ProtocolRow, protocolRows, type Score } from './protocols.ts';
import type { RunGroup } from './run-groups.ts';

/** Rows that are made at a time. */
const ROWS_A_FRAME = 25;

/** Final and best evaluation of every run under every protocol, with intervals. */
export const EvaluationTable = memo(function EvaluationTable({
  runs,
  groups,
  center,
}: {
  runs: readonly ComparedRun[];
  /** With them their centers stand before the single runs. */
  groups: readonly RunGroup[] | null;
  center: Center;
}) {
  const rows = protocolRows(runs);
  const isLoading = runs.some(({ live }) => live.status === 'loading');
  const first = runs[0];
  return (
    <Panel title="Evaluation success" flush>
      {rows.length === 0 ? (
        isLoading ? (
          <Skeleton className="m-3 h-32" />
        ) : (
          <p className="p-3 text-muted">
            No evaluation yet: the first one comes before the first iteration, after the warm start.
          </p>
        )
      ) : (
        <>
          {groups && <GroupTable rows={rows} groups={groups} center={center} />}
          <Table caption="Evaluation success of the compared runs">
            <thead>
              <tr>
                <Th>Run</Th>
                <Th>
                  <Hint text="The evaluation after the most training so far; for a finished run the final one. 95 % Wilson interval.">
                    Latest
                  </Hint>
                </Th>
                <Th numeric>Won of n</Th>
                <Th numeric>At iteration</Th>
                <Th numeric>
                  <Hint text="The highest of all evaluations of the run, and where it was reached. Chosen on the same games it is measured on, so it flatters: report the final one.">
                    Best
                  </Hint>
                </Th>
                {runs.length > 1 && (
                  <Th>
                    <Hint text="Difference of the latest rates in percentage points, with Newcombe’s 95 % interval for independent proportions. An interval that leaves out zero speaks for a difference.">
                      Difference to {first?.name}
                    </Hint>
                  </Th>
                )}
              </tr>
            </thead>
            {rows.map((row) => (
              <ProtocolBody key={row.key} row={row} runs={runs} />
            ))}
          </Table>
          <p className="px-3 py-2 text-[0.93rem] text-muted">
            The intervals of single runs cover the games an evaluation drew, not the luck of training:
            {groups ? ' those of groups do.' : ' for that, compare several seeds.'}
          </p>
        </>
      )}
    </Panel>
  );
});

function ProtocolBody({ row, runs }: { row: ProtocolRow; runs: readonly ComparedRun[] }) {
  const baseline = row.latest.get(runs[0]?.id ?? '');
  const columns = runs.length > 1 ? 6 : 5;
  const scored = runs.filter(({ id }) => row.latest.has(id));
  const listed = useGradually(scored.length, ROWS_A_FRAME);
  return (
    <tbody>
      <ProtocolHead row={row} columns={columns} />
      {scored.slice(0, listed).map((run) => (
        <ScoreRow
          key={run.id}
          run={run}
          latest={row.latest.get(run.id)!}
          best={row.best.get(run.id)!}
          baseline={baseline}
          isBaseline={run.id === runs[0]?.id}
          showsDifference={runs.length > 1}
        />
      ))}
      {scored.length < runs.length && (
        <tr>
          <Td colSpan={columns} className="text-muted">
            Not evaluated this way:{' '}
            {runs
              .filter((run) => !scored.includes(run))
              .map(({ name }) => name)
              .join('; ')}
          </Td>
        </tr>
      )}
    </tbody>
  );
}

function ScoreRow({
  run,
  latest,
  best,
  baseline,
  isBaseline,
  showsDifference,
}: {
  run: ComparedRun;
  latest: Score;
  best: Score;
  /** Score of the first run, if it was evaluated this way. */
  baseline: Score | undefined;
  isBaseline: boolean;
  showsDifference: boolean;
}) {
  const difference = baseline && !isBaseline ? newcombe(latest, baseline) : undefined;
  const isLit = useIsLit([run.id]);
  return (
    <tr {...highlightProps([run.id])} data-lit={isLit || undefined} className="data-lit:bg-sunken">
      <Td>
        <span className="flex max-w-72 min-w-32 items-center gap-2">
          <RunSwatch style={run.style} />
          <span className="truncate">{run.name}</span>
        </span>
      </Td>
      <Td>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <IntervalBar value={latest} color={run.style.color} />
          <span className="w-14 text-right font-semibold">{formatShare(latest.rate)}</span>
          <span className="text-muted">
            {formatShare(latest.low)} to {formatShare(latest.high)}
          </span>
        </span>
      </Td>
      <Td numeric>
        {latest.successes} of {latest.n}
        {latest.meanScore !== undefined && (
          <span className="block text-muted">score {formatShare(latest.meanScore)}</span>
        )}
      </Td>
      <Td numeric>
        {latest.iteration}
        {run.config && <span className="text-muted"> of {run.config.iterations}</span>}
      </Td>
      <Td numeric>
        {formatShare(best.rate)} <span className="text-muted">at {best.iteration}</span>
      </Td>
      {showsDifference && (
        <Td>
          {isBaseline && <span className="text-muted">baseline</span>}
          {difference && (
            <span className="flex items-center gap-2 whitespace-nowrap">
              <DifferenceBar value={difference} color={run.style.color} />
              <span className="w-14 text-right font-semibold">{formatPoints(difference.difference)}</span>
              <span className="text-muted">
                {formatPoints(difference.low)} to {formatPoints(difference.high)}
              </span>
            </span>
          )}
        </Td>
      )}
    </tr>
  );
}
