import { createSerializer, parseAsFloat, parseAsInteger, parseAsString, parseAsStringLiteral } from 'nuqs';
import {
  AGGREGATES,
  type Aggregate,
  BOARD_METRICS,
  type BoardMetric,
  BUDGET_RANKINGS,
  type BudgetRanking,
  type EvaluationProtocol,
} from '../../server/contract/board.ts';
import {
  ENVIRONMENT_FACTS,
  type EnvironmentName,
  GAMES,
  SPLITS,
} from '../../server/contract/environments.ts';
import { formatShare, formatValue } from '../_charts/format.ts';
import { tasksTitle } from '../_charts/task-types.ts';

/** A protocol in the URL; what is absent is chosen by the server. */
export const protocolParsers = {
  environment: parseAsString,
  games: parseAsStringLiteral(GAMES),
  split: parseAsStringLiteral(SPLITS),
  tasks: parseAsString,
  gamesHash: parseAsString,
  decoding: parseAsString,
  temperature: parseAsFloat,
  stepLimit: parseAsInteger,
  episodes: parseAsInteger,
};

const serialize = createSerializer(protocolParsers);

/** The address of the board with this protocol. */
export function boardHref(protocol: EvaluationProtocol): string {
  return `/leaderboard${serialize({ ...protocol })}`;
}

/** The board in the URL. */
export const boardParsers = {
  ...protocolParsers,
  metric: parseAsStringLiteral(BOARD_METRICS),
  aggregate: parseAsStringLiteral(AGGREGATES),
  budgets: parseAsStringLiteral(BUDGET_RANKINGS),
};

export const METRIC_TITLES: Record<BoardMetric, string> = {
  success: 'Success rate',
  score: 'Score',
  episodeLength: 'Episode length',
};

/** What the metric is, of the final evaluations. */
export const METRIC_HELP: Record<BoardMetric, string> = {
  success: 'Share of the games won in the final evaluation.',
  score: 'Mean score of an episode in the final evaluation.',
  episodeLength: 'Mean turns of an episode in the final evaluation; fewer rank first.',
};

/** A value of a metric in words. */
export function formatMetric(metric: BoardMetric, value: number): string {
  return metric === 'episodeLength' ? formatValue(value, 'turns') : formatShare(value);
}

export const AGGREGATE_TITLES: Record<Aggregate, string> = {
  mean: 'Mean of seeds',
  median: 'Median of seeds',
  iqm: 'IQM',
};

export const BUDGET_TITLES: Record<BudgetRanking, string> = {
  apart: 'Each by itself',
  together: 'All together',
};

/** The fingerprint of a list of games, short. */
export function gameListTitle(gamesHash: string): string {
  return gamesHash === '' ? 'not recorded' : gamesHash.slice(0, 8);
}

export type ProtocolField = keyof EvaluationProtocol;

/** Fields of a protocol as words, in the order of the picker. */
export const PROTOCOL_FIELDS: {
  field: ProtocolField;
  title: string;
  describe: (value: string | number) => string;
}[] = [
  {
    field: 'environment',
    title: 'Environment',
    describe: (value) => ENVIRONMENT_FACTS[value as EnvironmentName]?.title ?? String(value),
  },
  { field: 'games', title: 'Games', describe: String },
  { field: 'split', title: 'Split', describe: String },
  { field: 'tasks', title: 'Task types', describe: (value) => tasksTitle(String(value)) },
  {
    field: 'gamesHash',
    title: 'Game list',
    describe: (value) => gameListTitle(String(value)),
  },
  { field: 'decoding', title: 'Decoding', describe: String },
  {
    field: 'temperature',
    title: 'Temperature',
    describe: (value) => (value === 0 ? '0 (greedy)' : String(value)),
  },
  { field: 'stepLimit', title: 'Step limit', describe: (value) => `${value} turns` },
  { field: 'episodes', title: 'Episodes a seed', describe: String },
];

/** Values of one field over all protocols, sorted. */
export function fieldValues(
  protocols: readonly EvaluationProtocol[],
  field: ProtocolField,
): (string | number)[] {
  const values = new Set<string | number>(protocols.map((protocol) => protocol[field]));
  return [...values].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)),
  );
}

/** The protocol with this value that keeps the most of what was chosen before; the first one of several. */
export function nearestProtocol(
  protocols: readonly EvaluationProtocol[],
  current: EvaluationProtocol,
  field: ProtocolField,
  value: string | number,
): EvaluationProtocol | undefined {
  const wanted = { ...current, [field]: value };
  const agreement = (protocol: EvaluationProtocol) =>
    PROTOCOL_FIELDS.filter((entry) => protocol[entry.field] === wanted[entry.field]).length;
  return protocols
    .filter((protocol) => protocol[field] === value)
    .reduce<EvaluationProtocol | undefined>(
      (best, protocol) => (best && agreement(best) >= agreement(protocol) ? best : protocol),
      undefined,
    );
}
