import type { EpisodeTurn } from '../../../server/contract/episode.ts';
import { formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import { Table, Td, Th } from '../../_ui/table.tsx';
import type { LevelDifference } from './lens-difference.ts';

/** The credit of two sides turn by turn and level by level, with what they differ by. */
export function LensTable({
  turns,
  found,
  title,
  turnHref,
}: {
  turns: readonly EpisodeTurn[];
  found: readonly LevelDifference[];
  title: (found: LevelDifference) => string;
  turnHref: (turn: number) => string;
}) {
  return (
    <Table caption="Advantage of each turn by the two estimators">
      <thead>
        <tr>
          <Th rowSpan={2} numeric>
            Turn
          </Th>
          <Th rowSpan={2}>Sub-goal and action</Th>
          <Th rowSpan={2} numeric>
            Reward
          </Th>
          {found.map((entry) => (
            <Th
              key={entry.level}
              colSpan={3}
              scope="colgroup"
              className="border-l border-l-line text-center!"
              style={{ color: LEVEL_STYLES[entry.level].color }}
            >
              {title(entry)}
            </Th>
          ))}
        </tr>
        <tr>
          {found.flatMap(({ level }) =>
            ['A', 'B', 'B − A'].map((name) => (
              <Th key={`${level} ${name}`} numeric className={name === 'A' ? 'border-l border-l-line' : ''}>
                {name}
              </Th>
            )),
          )}
        </tr>
      </thead>
      <tbody>
        {turns.map(({ subgoal, switched, action, reward }, turn) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: turns keep their places
          <tr key={turn}>
            <Td numeric>
              <a href={turnHref(turn)} className="text-accent hover:underline">
                {turn + 1}
              </a>
            </Td>
            <Td className="min-w-52">
              {switched && subgoal && <span className="block font-medium">{subgoal}</span>}
              {action}
            </Td>
            <Td numeric>{formatValue(reward, 'reward')}</Td>
            {found.flatMap(({ level, a, b, difference }) => [
              <Td key={`${level} A`} numeric className="border-l border-l-line">
                {formatValue(a[turn], 'reward')}
              </Td>,
              <Td key={`${level} B`} numeric>
                {formatValue(b[turn], 'reward')}
              </Td>,
              <Td key={`${level} difference`} numeric className="font-medium">
                {formatValue(difference[turn], 'reward')}
              </Td>,
            ])}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <Td colSpan={3} className="text-muted">
            Sum of absolute differences, over n turns
          </Td>
          {found.map(({ level, sum, turns: n }) => (
            <Td
              key={level}
              colSpan={3}
              numeric
              className="border-l border-l-line font-medium"
              data-difference={level}
            >
              {n > 0 ? formatValue(sum, 'reward') : '–'}{' '}
              <span className="font-normal text-muted">n = {n}</span>
            </Td>
          ))}
        </tr>
      </tfoot>
    </Table>
  );
}
