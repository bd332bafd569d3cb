import { tasksTitle } from '../_charts/task-types.ts';
import { gameListTitle } from '../leaderboard/protocol.ts';
import type { ProtocolRow } from './protocols.ts';

/** The line that names a protocol above its rows. */
export function ProtocolHead({ row, columns }: { row: ProtocolRow; columns: number }) {
  return (
    <tr>
      <th
        scope="rowgroup"
        colSpan={columns}
        className="border-b border-line bg-sunken px-3 py-1.5 text-left font-medium"
      >
        {row.split}
        <span className="font-normal text-muted">
          {' '}
          · {row.games} games · {row.tasks === 'all' ? 'all task types' : tasksTitle(row.tasks)} · step limit{' '}
          {row.stepLimit} · temperature {row.temperature} · n = {row.episodes} · game list{' '}
          {gameListTitle(row.gamesHash)} · {row.decoding} decoding
        </span>
      </th>
    </tr>
  );
}
