'use client';
import { memo } from 'react';
import { explainOrigin, originWords } from '../../server/contract/credit-origin.ts';
import { describeDifference } from '../../server/contract/describe-difference.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Switch } from '../_ui/switch.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { useGradually } from '../_ui/use-gradually.ts';
import type { ComparedRun } from './compared-run.ts';
import { configRows, paramRows } from './config-values.ts';

/** Columns that are made at a time. */
const COLUMNS_A_FRAME = 25;

interface ConfigDifferenceProps {
  runs: readonly ComparedRun[];
  show: 'changed' | 'all';
  onShow: (show: 'changed' | 'all') => void;
}

/** Whether two lists of runs look alike here: their curves do not matter. */
function areAlike(a: ConfigDifferenceProps, b: ConfigDifferenceProps): boolean {
  return (
    a.show === b.show &&
    a.onShow === b.onShow &&
    a.runs.length === b.runs.length &&
    a.runs.every((run, index) => {
      const other = b.runs[index]!;
      return (
        run.id === other.id &&
        run.name === other.name &&
        run.config === other.config &&
        run.foreign === other.foreign &&
        run.games === other.games &&
        run.style === other.style
      );
    })
  );
}

/** The configurations side by side: what differs, or everything. */
export const ConfigDifference = memo(function ConfigDifference({
  runs,
  show,
  onShow,
}: ConfigDifferenceProps) {
  const listed = runs.slice(0, useGradually(runs.length, COLUMNS_A_FRAME));
  const rows = configRows(
    runs.map(({ config }) => config),
    show,
  );
  const params = paramRows(
    runs.map(({ foreign }) => foreign?.params ?? null),
    show,
  );
  return (
    <Panel
      title="Configuration"
      flush
      actions={
        <Switch checked={show === 'all'} onChange={(on) => onShow(on ? 'all' : 'changed')}>
          Show fields that agree
        </Switch>
      }
    >
      <p className="px-3 pt-3 pb-2">{describeRuns(runs)}</p>
      {rows.length + params.length > 0 && (
        <Table caption="Configuration of the compared runs">
          <thead>
            <tr>
              <Th className="sticky left-0 bg-surface">Field</Th>
              {listed.map((run) => (
                <Th key={run.id}>
                  <span className="flex max-w-48 items-center gap-2">
                    <RunSwatch style={run.style} />
                    <span className="truncate">{run.name}</span>
                  </span>
                </Th>
              ))}
            </tr>
          </thead>
          <tbody>
            <OriginRow runs={listed} />
            {rows.map(({ field, values, differs }) => (
              <tr key={field.name}>
                <th
                  scope="row"
                  className="sticky left-0 border-b border-line bg-surface px-3 py-1.5 text-left font-normal whitespace-nowrap"
                >
                  <Hint text={field.description}>
                    {field.group}: {field.title}
                  </Hint>
                </th>
                {values.slice(0, listed.length).map((value, index) => (
                  <Td
                    // biome-ignore lint/suspicious/noArrayIndexKey: values stand in the order of the runs
                    key={index}
                    className={differs && value !== values[0] ? 'font-semibold text-accent-strong' : ''}
                  >
                    {value}
                    {field.unit && <span className="font-normal text-muted"> {field.unit}</span>}
                  </Td>
                ))}
              </tr>
            ))}
            {params.map(({ name, values, differs }) => (
              <tr key={name}>
                <th
                  scope="row"
                  className="sticky left-0 max-w-72 border-b border-line bg-surface px-3 py-1.5 text-left font-normal break-words"
                >
                  Param: {name}
                </th>
                {values.slice(0, listed.length).map((value, index) => (
                  <Td
                    // biome-ignore lint/suspicious/noArrayIndexKey: values stand in the order of the runs
                    key={index}
                    className={`max-w-72 break-words ${differs ? 'font-semibold' : ''}`}
                  >
                    {value}
                  </Td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}, areAlike);

/** Whose values the credit of each run has: the fields below it say which they are. */
function OriginRow({ runs }: { runs: readonly ComparedRun[] }) {
  if (runs.every(({ config }) => config === null || originWords(config) === '')) return null;
  return (
    <tr>
      <th
        scope="row"
        className="sticky left-0 border-b border-line bg-surface px-3 py-1.5 text-left font-normal whitespace-nowrap"
      >
        Credit: its values
      </th>
      {runs.map(({ id, config }) => (
        <Td key={id}>
          {config && originWords(config) ? (
            <Hint text={explainOrigin(config)}>{originWords(config)}</Hint>
          ) : (
            <span className="text-muted">
              {config ? 'nothing published to compare with' : 'trained elsewhere'}
            </span>
          )}
        </Td>
      ))}
    </tr>
  );
}

/** What tells the runs apart, in a sentence or two. */
function describeRuns(runs: readonly ComparedRun[]): string {
  if (runs.length < 2) return 'One run: add another to see how they differ.';
  const own = runs.flatMap(({ config, games }) => (config ? [{ config, games }] : []));
  const others = runs.length - own.length;
  const words = others === 1 ? 'One run is of another trainer' : `${others} runs are of other trainers`;
  const foreign = others === 0 ? '' : `${words}: what it reports of itself stands below as params.`;
  return [
    describeDifference(own),
    others > 1 ? foreign.replace('it reports of itself', 'they report of themselves') : foreign,
  ]
    .filter(Boolean)
    .join(' ');
}
