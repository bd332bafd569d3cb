'use client';
import type { Center } from '../../server/stats/centers.ts';
import { formatShare } from '../_charts/format.ts';
import { highlightProps, useIsLit } from '../_charts/highlight.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { DIFFERENCE_REPETITIONS, type GroupScore, groupScores } from './group-scores.ts';
import { CENTER_WORDS, countWords } from './group-words.ts';
import { DifferenceBar, IntervalBar } from './interval-bar.tsx';
import { formatPoints } from './points.ts';
import { ProtocolHead } from './protocol-head.tsx';
import type { ProtocolRow } from './protocols.ts';
import type { RunGroup } from './run-groups.ts';

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

/** Latest evaluation of every group under every protocol: center over its runs, and difference to the first group. */
export function GroupTable({
  rows,
  groups,
  center,
}: {
  rows: readonly ProtocolRow[];
  groups: readonly RunGroup[];
  center: Center;
}) {
  const word = CENTER_WORDS[center];
  const several = groups.length > 1;
  const columns = several ? 5 : 4;
  return (
    <Table caption="Evaluation success of the groups">
      <thead>
        <tr>
          <Th>Group</Th>
          <Th>
            <Hint text="Over the latest evaluation of each run, with its 95 % percentile bootstrap interval: runs are resampled, so it covers the luck of training. Small dots: the single runs. No interval for one run.">
              {sentence(word)} of latest
            </Hint>
          </Th>
          <Th numeric>n</Th>
          <Th numeric>At iteration</Th>
          {several && (
            <Th>
              <Hint
                text={`Difference of the ${word}s in percentage points, with its 95 % percentile bootstrap interval (${DIFFERENCE_REPETITIONS.toLocaleString('en')} resamples, the runs of both groups resampled independently). An interval that leaves out zero speaks for a difference.`}
              >
                Difference to {groups[0]!.label}
              </Hint>
            </Th>
          )}
        </tr>
      </thead>
      {rows.map((row) => (
        <tbody key={row.key}>
          <ProtocolHead row={row} columns={columns} />
          {groupScores(row, groups, center).map((score) => (
            <GroupRow
              key={score.group.id}
              score={score}
              isBaseline={score.group === groups[0]}
              showsDifference={several}
            />
          ))}
        </tbody>
      ))}
    </Table>
  );
}

function GroupRow({
  score: { group, rates, iterations, center, interval, difference },
  isBaseline,
  showsDifference,
}: {
  score: GroupScore;
  isBaseline: boolean;
  showsDifference: boolean;
}) {
  const ids = [group.id, ...group.runIds];
  const isLit = useIsLit(ids);
  const [low, high] = interval ?? [center, center];
  const [least, most] = iterations;
  return (
    <tr {...highlightProps(ids)} data-lit={isLit || undefined} className="data-lit:bg-sunken">
      <Td>
        <span className="flex max-w-96 min-w-32 items-center gap-2">
          <RunSwatch style={group.style} />
          <span>{group.label}</span>
        </span>
      </Td>
      <Td>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <IntervalBar value={{ rate: center, low, high }} dots={rates} color={group.style.color} />
          <span className="w-14 text-right font-semibold">{formatShare(center)}</span>
          <span className="text-muted">
            {interval ? `${formatShare(low)} to ${formatShare(high)}` : 'one run: no interval'}
          </span>
        </span>
      </Td>
      <Td numeric>{countWords(rates.length, group.unit, rates.length)}</Td>
      <Td numeric>{least === most ? least : `${least} to ${most}`}</Td>
      {showsDifference && (
        <Td>
          {isBaseline && <span className="text-muted">baseline</span>}
          {difference && (
            <span className="flex items-center gap-2 whitespace-nowrap">
              <DifferenceBar
                value={{
                  difference: difference.value,
                  low: difference.interval?.[0] ?? difference.value,
                  high: difference.interval?.[1] ?? difference.value,
                }}
                color={group.style.color}
              />
              <span className="w-14 text-right font-semibold">{formatPoints(difference.value)}</span>
              <span className="text-muted">
                {difference.interval
                  ? `${formatPoints(difference.interval[0])} to ${formatPoints(difference.interval[1])}`
                  : 'no interval'}
              </span>
            </span>
          )}
        </Td>
      )}
    </tr>
  );
}
