'use client';
import { useQuery } from '@tanstack/react-query';
import { METRICS } from '../../server/contract/metrics.ts';
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
  ];
  const own = options.some((option) => option.value === value) ? [] : [{ value, label: value }];
  return <Select label="Chart" value={value} onChange={onChange} options={[...own, ...options]} />;
}
