'use client';
import type { ScoreStatistics } from '../../server/stats/score-statistics.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import type { RunGroup } from '../compare/run-groups.ts';
import { EstimateText } from './estimate-text.tsx';
import type { ScoreMetric } from './score-metric.ts';

const PROBABILITY: Record<ScoreMetric, string> = {
  success:
    'Probability that a run of X wins more than a run of Y on a task type, ties half, mean over the task types (Mann and Whitney); against an imported group over all task types together.',
  score: 'Probability that a run of X has a higher mean score than a run of Y, ties half (Mann and Whitney).',
};

/** For every pair of groups, how likely a run of the one does better than a run of the other. */
export function ImprovementTable({
  metric,
  groups,
  pairs,
  improvement,
}: {
  metric: ScoreMetric;
  groups: readonly RunGroup[];
  pairs: readonly (readonly [string, string])[];
  improvement: ScoreStatistics['improvement'] | undefined;
}) {
  const byId = new Map(groups.map((group) => [group.id, group]));
  return (
    <Table caption="Probability of improvement of one group over another, with 95 % intervals">
      <thead>
        <tr>
          <Th>X</Th>
          <Th>
            <Hint
              text={`${PROBABILITY[metric]} The middle mark is 50 %: no difference. An interval that leaves it out speaks for one.`}
            >
              P(X &gt; Y)
            </Hint>
          </Th>
          <Th>Y</Th>
        </tr>
      </thead>
      <tbody>
        {pairs.map(([a, b], index) => (
          <tr key={`${a} ${b}`}>
            <Td>
              <GroupName group={byId.get(a)!} />
            </Td>
            <Td>
              <EstimateText estimate={improvement?.[index]?.estimate} color={byId.get(a)!.style.color} />
            </Td>
            <Td>
              <GroupName group={byId.get(b)!} />
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function GroupName({ group }: { group: RunGroup }) {
  return (
    <span className="flex min-w-32 items-center gap-2">
      <RunSwatch style={group.style} />
      {group.label}
    </span>
  );
}
