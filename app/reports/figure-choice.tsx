'use client';
import { useQuery } from '@tanstack/react-query';
import { foreignKeys, METRICS } from '../../server/contract/metrics.ts';
import { type ReportFigure, runsOfView } from '../../server/contract/report.ts';
import { tasksTitle } from '../_charts/task-types.ts';
import { useTRPC } from '../_trpc/client.tsx';
import { Select } from '../_ui/select.tsx';
import { protocolRows } from '../compare/protocols.ts';
import { FIGURE_TITLES } from './figure-view.ts';

/** What to make of a page. */
export function FigureSelect({
  offered,
  value,
  onChange,
}: {
  offered: readonly ReportFigure[];
  value: ReportFigure;
  onChange: (figure: ReportFigure) => void;
}) {
  return (
    <Select
      label="Figure"
      value={value}
      onChange={onChange}
      options={offered.map((figure) => ({ value: figure, label: FIGURE_TITLES[figure] }))}
    />
  );
}

/** Runs of other trainers that are asked for what they report, and rows of each. */
const MOST_ASKED = 5;
const FEWEST_POINTS = 8;

/** Which chart of a comparison: a metric, or the evaluations of its runs under one protocol. */
export function ChartSelect({
  query,
  value,
  onChange,
}: {
  query: string;
  value: string;
  onChange: (of: string) => void;
}) {
  const trpc = useTRPC();
  const list = useQuery(trpc.runs.list.queryOptions());
  const ids = runsOfView(query);
  const runs = (list.data ?? []).filter(({ id }) => ids.includes(id));
  // What runs of other trainers report under names of their own stands in their curves.
  const foreign = runs.filter(({ origin }) => origin !== 'native').slice(0, MOST_ASKED);
  const curves = useQuery(
    trpc.metrics.snapshots.queryOptions(
      { runIds: foreign.map(({ id }) => id), points: FEWEST_POINTS, keys: ['success'] },
      { enabled: foreign.length > 0 },
    ),
  );
  const ownKeys = foreignKeys((curves.data ?? []).flatMap(({ series }) => series.keys ?? []));
  const protocols = protocolRows(runs.map((run) => ({ ...run, evaluations: run.finalEvaluations })));
  const options = [
    ...protocols.map(({ key, split, episodes, stepLimit, tasks }) => ({
      value: key,
      label: `Success on ${split}`,
      description: `${episodes} games, ${stepLimit} turns, task types: ${tasksTitle(tasks)}`,
    })),
    ...METRICS.filter(({ group }) => group !== 'Progress').map(({ key, title, figure, level }) => ({
      value: key,
      label: key === 'success' ? 'Success in training' : level ? `${figure}: ${level} level` : title,
    })),
    ...ownKeys.map((key) => ({ value: key, label: key, description: 'Its trainer’s own name.' })),
  ];
  const own = options.some((option) => option.value === value) ? [] : [{ value, label: value }];
  return <Select label="Chart" value={value} onChange={onChange} options={[...own, ...options]} />;
}
