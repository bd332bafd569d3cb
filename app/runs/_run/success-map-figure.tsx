'use client';
import { useMemo } from 'react';
import { formatShare } from '../../_charts/format.ts';
import { SPLIT_STYLES } from '../../_charts/level-styles.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import type { CurrentRun } from './run-model.ts';
import { evaluatedSplits, successMap } from './success-map.ts';
import type { RunViewState, SetRunViewState } from './view-state.ts';

/** Success by task type and iteration as a heat-map whose cells are those of a table; nothing before a second evaluation. */
export function SuccessMapFigure({
  evaluations,
  taskTypes,
  view,
  setView,
}: Pick<CurrentRun, 'evaluations'> & {
  taskTypes: readonly string[];
  view: RunViewState;
  setView: SetRunViewState;
}) {
  const splits = useMemo(() => evaluatedSplits(evaluations), [evaluations]);
  const split = splits.find((known) => known === view.map) ?? splits[0];
  const map = useMemo(
    () => split && successMap(evaluations, split, taskTypes),
    [evaluations, split, taskTypes],
  );
  if (!map || map.iterations.length < 2) return null;
  const counts = map.rows.map(({ cells }) => cells.at(-1)?.episodes ?? 0);
  return (
    <Panel
      flush
      className="mt-3"
      title="Success by task type and iteration"
      actions={
        splits.length > 1 && (
          <Select
            label="Split"
            size="sm"
            value={split!}
            onChange={(chosen) => void setView({ map: chosen })}
            options={splits.map((value) => ({ value, label: SPLIT_STYLES[value].label }))}
          />
        )
      }
    >
      <Table caption={`Share of ${split} games won, by task type and iterations of training`}>
        <thead>
          <tr>
            <Th>Task type</Th>
            <Th numeric>n</Th>
            {map.iterations.map((iteration) => (
              <Th key={iteration} numeric>
                {iteration}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {map.rows.map(({ type, cells }, row) => (
            <tr key={type}>
              <Th scope="row" className="border-line">
                {type === 'all' ? 'All games' : taskTypeTitle(type)}
              </Th>
              <Td numeric className="text-muted">
                {counts[row]}
              </Td>
              {cells.map((cell, column) => (
                <Td
                  key={map.iterations[column]}
                  numeric
                  title={cell ? `${cell.successes} of ${cell.episodes}` : 'not played'}
                  style={
                    cell && cell.episodes > 0 ? { background: shade(cell.successes / cell.episodes) } : {}
                  }
                >
                  {cell ? formatShare(cell.successes / cell.episodes, 0) : '–'}
                </Td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
      <p className="px-3 py-2 text-[0.86rem] text-muted">
        Share of games won within {map.stepLimit} turns after so many iterations (0: before training); n games
        of the last evaluation.
        {map.hidden > 0 && ` ${map.hidden} evaluations between these are not shown.`}
      </p>
    </Panel>
  );
}

/** Deeper for more; text on it stays readable in both themes. */
function shade(share: number): string {
  return `color-mix(in srgb, var(--good) ${Math.round(45 * share)}%, transparent)`;
}
