'use client';
import type { ScoreStatistics } from '../../server/stats/score-statistics.ts';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { countWords } from '../compare/group-words.ts';
import type { RunGroup } from '../compare/run-groups.ts';
import { AGGREGATE_TITLES, aggregatesShown, defineAggregate } from './aggregate-words.ts';
import { EstimateText } from './estimate-text.tsx';
import type { ScoreMetric } from './score-metric.ts';

/** IQM, median, mean and optimality gap of every group, with intervals. */
export function AggregateTable({
  metric,
  groups,
  notes,
  aggregates,
}: {
  metric: ScoreMetric;
  groups: readonly RunGroup[];
  /** What is to be said of a group, by its id. */
  notes: ReadonlyMap<string, string>;
  aggregates: ScoreStatistics['aggregates'] | undefined;
}) {
  return (
    <Table caption="Aggregates of the groups, with 95 % intervals">
      <thead>
        <tr>
          <Th>Group</Th>
          {aggregatesShown(metric).map((name) => (
            <Th key={name}>
              <Hint text={defineAggregate(name, metric)}>{AGGREGATE_TITLES[name]}</Hint>
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <GroupRow
            key={group.id}
            metric={metric}
            group={group}
            note={notes.get(group.id) ?? ''}
            estimates={aggregates?.[group.id]}
          />
        ))}
      </tbody>
    </Table>
  );
}

function GroupRow({
  metric,
  group,
  note,
  estimates,
}: {
  metric: ScoreMetric;
  group: RunGroup;
  note: string;
  estimates: ScoreStatistics['aggregates'][string] | undefined;
}) {
  const ids = [group.id, ...group.runIds];
  const isLit = useIsLit(ids);
  return (
    <tr {...highlightProps(ids)} data-lit={isLit || undefined} className="data-lit:bg-sunken">
      <Td className="min-w-44">
        <span className="flex items-center gap-2">
          <RunSwatch style={group.style} />
          <span>
            <span className="block font-medium">{group.label}</span>
            <span className="block text-muted">
              n = {countWords(new Set(group.trainings).size, group.unit, group.runIds.length)}
            </span>
            {note && <span className="block max-w-56 text-muted">{note}</span>}
          </span>
        </span>
      </Td>
      {aggregatesShown(metric).map((name) => (
        <Td key={name}>
          <EstimateText estimate={estimates?.[name]} color={group.style.color} />
        </Td>
      ))}
    </tr>
  );
}
