import type { EvaluationProtocol } from '../../../server/contract/board.ts';
import type { BoardEntry, BoardEntryView } from '../../../server/contract/board-entry.ts';

/** What is typed: a metric, a board that there is or the protocol of another. */
export interface Draft {
  metric: string;
  /** Place among the known boards; null: stated below. */
  board: number | null;
  protocol: Omit<BoardEntry, 'metric' | 'gamesHash' | 'temperature' | 'stepLimit' | 'episodes'>;
  numbers: Record<'temperature' | 'stepLimit' | 'episodes', string>;
}

const USUAL: Draft['protocol'] = {
  environment: 'alfworld',
  games: 'real',
  split: 'valid_seen',
  tasks: 'all',
  decoding: 'free',
};

/** What stands there now, or what is likely. */
export function draftOf({ entry, candidates, protocols }: BoardEntryView): Draft {
  const metric = entry?.metric ?? candidates[0]?.metric ?? '';
  const known = entry ? protocols.findIndex((protocol) => isOf(entry, protocol)) : -1;
  const { environment, games, split, tasks, decoding } = entry ?? USUAL;
  return {
    metric,
    board: known >= 0 ? known : null,
    protocol: { environment, games, split, tasks, decoding },
    numbers: {
      temperature: String(entry?.temperature ?? ''),
      stepLimit: String(entry?.stepLimit ?? ''),
      episodes: String(entry?.episodes ?? ''),
    },
  };
}

/** What the server is asked for. */
export function entryOf(
  { metric, board, protocol, numbers }: Draft,
  { protocols }: BoardEntryView,
): BoardEntry {
  const chosen = board === null ? undefined : protocols[board];
  if (chosen) return { metric, ...(chosen as Omit<BoardEntry, 'metric'>) };
  return {
    metric,
    ...protocol,
    gamesHash: '',
    temperature: Number(numbers.temperature),
    stepLimit: Number(numbers.stepLimit),
    episodes: Number(numbers.episodes),
  };
}

function isOf(entry: BoardEntry, protocol: EvaluationProtocol): boolean {
  return (Object.keys(protocol) as (keyof EvaluationProtocol)[]).every(
    (part) => entry[part] === protocol[part],
  );
}
