import type { Mean, SubgoalList } from '../../../server/contract/training.ts';
import { formatCount, formatShare, formatValue, withMinus } from '../../_charts/format.ts';
import { Hint } from '../../_ui/hint.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { IntervalBar } from '../../compare/interval-bar.tsx';

const COLUMNS: { title: string; help: string; numeric?: boolean }[] = [
  { title: 'Segments', help: 'Times it was chosen, and its share of all choices.', numeric: true },
  { title: 'Over training', help: 'Its share of the choices, from the first iteration to the last.' },
  { title: 'Length', help: 'Mean turns of a segment.', numeric: true },
  { title: 'Episodes', help: 'Training episodes that have it at least once.', numeric: true },
  {
    title: 'Won',
    help: 'Share of these that were won, with its 95 % Wilson interval. It counts episodes as independent; those of one game are not quite.',
    numeric: true,
  },
  {
    title: 'Against others',
    help: 'Less the share won of all episodes of the same iterations and task types: above 0, episodes that have it do better than their like. It does not say that the sub-goal is why. “Pays most” and “Costs most” order by the end of the interval that is nearer to 0.',
    numeric: true,
  },
  { title: 'Reward', help: 'Mean reward of these episodes, with 1.96 standard errors.', numeric: true },
  {
    title: 'Advantage',
    help: 'Mean advantage of its choice at the high level before normalisation, with 1.96 standard errors.',
    numeric: true,
  },
];

/** One sub-goal a row. */
export function SubgoalTable({ list }: { list: SubgoalList }) {
  if (list.rows.length === 0)
    return (
      <p className="p-3 text-muted">
        {list.distinct === 0 ? 'No sub-goal was chosen in these iterations.' : 'No sub-goal has these words.'}
      </p>
    );
  const most = Math.max(...list.rows.flatMap(({ overTime }) => overTime.map((share) => share ?? 0)));
  return (
    <Table caption="Sub-goals with what the episodes that have them brought">
      <thead>
        <tr>
          <Th>Sub-goal</Th>
          {COLUMNS.map(({ title, help, numeric }) => (
            <Th key={title} numeric={numeric}>
              <Hint text={help}>{title}</Hint>
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {list.rows.map((row) => {
          const [low, high] = row.interval;
          const difference = row.rate - row.expected;
          const isSure = low > row.expected || high < row.expected;
          return (
            <tr key={row.text} data-subgoal={row.text}>
              <Th
                scope="row"
                className="min-w-40 whitespace-normal! border-line text-level-high wrap-anywhere"
              >
                {row.text || 'no sub-goal that can be read'}
              </Th>
              <Td numeric>
                {formatCount(row.segments)} <span className="text-muted">{formatShare(row.share)}</span>
              </Td>
              <Td>
                <Strip shares={row.overTime} most={most} />
              </Td>
              <Td numeric>{formatValue(row.meanLength, '')}</Td>
              <Td numeric>{formatCount(row.episodes)}</Td>
              <Td numeric>
                <span className="flex items-center justify-end gap-2">
                  <IntervalBar value={{ rate: row.rate, low, high }} color="var(--level-high)" />
                  <span>
                    {formatShare(row.rate)}{' '}
                    <span className="text-muted">
                      {formatShare(low, 0)} to {formatShare(high, 0)}
                    </span>
                  </span>
                </span>
              </Td>
              <Td
                numeric
                title={isSure ? 'The interval does not hold what is expected' : 'Within the interval'}
                className={
                  !isSure
                    ? 'text-muted'
                    : difference > 0
                      ? 'font-medium text-good'
                      : 'font-medium text-danger'
                }
              >
                {difference > 0 && '+'}
                {withMinus((difference * 100).toFixed(1))} pts
              </Td>
              <Td numeric>
                <MeanText value={row.reward} />
              </Td>
              <Td numeric>
                <MeanText value={row.advantage} />
              </Td>
            </tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function MeanText({ value: { mean, error } }: { value: Mean }) {
  if (mean === null) return '–';
  return (
    <>
      {formatValue(mean, 'reward')}
      {error !== null && <span className="text-muted"> ± {formatValue(1.96 * error, 'reward')}</span>}
    </>
  );
}

/** A heat-map of one row: the deeper, the larger its share of the choices. */
function Strip({ shares, most }: { shares: readonly (number | null)[]; most: number }) {
  const known = shares.filter((share) => share !== null);
  return (
    <svg
      role="img"
      aria-label={`${formatShare(known[0])} at first, ${formatShare(known.at(-1))} at last`}
      viewBox={`0 0 ${Math.max(1, shares.length)} 1`}
      preserveAspectRatio="none"
      className="block h-4 w-36 rounded-sm bg-sunken/60"
    >
      {shares.map((share, at) =>
        share ? (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: iterations keep their places
            key={at}
            {...{ x: at, y: 0, width: 1.02, height: 1 }}
            fill="var(--level-high)"
            opacity={Math.sqrt(share / most)}
          />
        ) : null,
      )}
    </svg>
  );
}
