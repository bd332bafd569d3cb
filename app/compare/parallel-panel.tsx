'use client';
import { memo, useMemo } from 'react';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import { lastValue } from '../_charts/line-series.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Button } from '../_ui/button.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import type { ChartRun } from './chart-run.ts';
import { type Brushes, isBrushed, type Outcome, type ParallelAxis, parallelAxes } from './parallel-axes.ts';
import { ParallelPlot, type PlottedRun } from './parallel-plot.tsx';
import { protocolRows } from './protocols.ts';

/** Fewer runs are read from the table of configurations. */
const FEWEST_RUNS = 3;
const TRAINING = 'training';
/** Rows of the table; the plot shows all. */
const MOST_ROWS = 50;

/** What runs differ in and what came of it, as lines across axes; what is chosen there stands in a table below. */
export const ParallelPanel = memo(function ParallelPanel({
  runs,
  brushes,
  onBrushes,
  onShowOnly,
}: {
  runs: readonly ChartRun[];
  brushes: Brushes;
  onBrushes: (brushes: Brushes) => void;
  /** Hides the lines of all other runs. */
  onShowOnly: (ids: readonly string[]) => void;
}) {
  const { plotted, axes } = useMemo(() => plot(runs), [runs]);
  if (runs.length < FEWEST_RUNS || axes.every(({ values }) => values.length === 0)) return null;
  const last = axes.at(-1)!;
  const chosen = plotted.filter((run) => isBrushed(run, axes, brushes));
  const sorted = chosen.toSorted((a, b) => (last.positionOf(b) ?? -1) - (last.positionOf(a) ?? -1));
  const isAll = Object.keys(brushes).length === 0;
  return (
    <Panel
      flush
      title={
        <Hint text="One line a run. Tick values, or drag over an axis (or move its two ends with the arrow keys), to choose runs; they stand in the table below, best first.">
          Parallel coordinates
        </Hint>
      }
      actions={
        !isAll && (
          <>
            <span className="text-muted">
              {chosen.length} of {runs.length} runs
            </span>
            <Button
              size="sm"
              disabled={chosen.length === 0}
              onClick={() => onShowOnly(chosen.map(({ id }) => id))}
            >
              Draw only these
            </Button>
            <Button size="sm" onClick={() => onBrushes({})}>
              Choose all
            </Button>
          </>
        )
      }
    >
      <div className="p-3">
        <ParallelPlot
          runs={plotted}
          axes={axes}
          brushes={brushes}
          onBrushes={onBrushes}
          isChosen={(run) => isBrushed(run, axes, brushes)}
        />
      </div>
      <div className="max-h-72 overflow-y-auto">
        <Table caption="Chosen runs">
          <thead>
            <tr>
              <Th>Run</Th>
              {axes.map(({ id, title }) => (
                <Th key={id} numeric>
                  {title}
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, MOST_ROWS).map((run) => (
              <RunRow key={run.id} run={run} axes={axes} />
            ))}
          </tbody>
        </Table>
      </div>
      {sorted.length > MOST_ROWS && (
        <p className="px-3 py-2 text-muted">and {sorted.length - MOST_ROWS} more</p>
      )}
    </Panel>
  );
});

function RunRow({ run, axes }: { run: PlottedRun; axes: readonly ParallelAxis[] }) {
  const isLit = useIsLit([run.id]);
  return (
    <tr {...highlightProps([run.id])} data-lit={isLit || undefined} className="data-lit:bg-sunken">
      <Td>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <RunSwatch style={run.style} />
          {run.name}
        </span>
      </Td>
      {axes.map((axis) => (
        <Td key={axis.id} numeric>
          {axis.textOf(run)}
        </Td>
      ))}
    </tr>
  );
}

/** Outcomes: success of the last iteration, and of the latest evaluation under every protocol. */
function plot(runs: readonly ChartRun[]): { plotted: PlottedRun[]; axes: ParallelAxis[] } {
  const rows = protocolRows(runs);
  const outcomes: Outcome[] = [
    { id: TRAINING, title: 'Training success, last' },
    ...rows.map(({ key, split }) => ({ id: key, title: `${split} success, latest` })),
  ];
  const plotted = runs.map((run) => ({
    ...{
      id: run.id,
      name: run.name,
      style: run.style,
      config: run.config,
      params: run.foreign?.params ?? {},
    },
    outcomes: {
      [TRAINING]: lastValue(run.series.columns.success ?? []) ?? null,
      ...Object.fromEntries(rows.map(({ key, latest }) => [key, latest.get(run.id)?.rate ?? null])),
    },
  }));
  return { plotted, axes: parallelAxes(plotted, outcomes) };
}
