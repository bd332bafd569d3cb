import type {
  Aggregate,
  BoardMetric,
  BudgetRanking,
  EvaluationProtocol,
  Leaderboard,
  LeaderboardRow,
  Ranking,
} from '../contract/board.ts';
import { BOARD_METRICS, protocolKey, protocolOf } from '../contract/board.ts';
import { directionOf, metricOf } from './board-metrics.ts';
import {
  chooseProtocol,
  type Entrant,
  evaluationsUnder,
  finalEvaluations,
  listProtocols,
  withStated,
} from './board-protocols.ts';
import { groupRuns, makeRow, nameVariant, type ScoredRow } from './board-rows.ts';
import { type StatedEntrant, statedRows } from './board-stated.ts';
import { probabilityOfImprovement, type Scores } from './bootstrap.ts';

export type { Entrant } from './board-protocols.ts';
export type { StatedEntrant } from './board-stated.ts';

/** What a board shows: a protocol, of which any part may be left open, and how it is ranked. */
export interface BoardChoice extends Partial<EvaluationProtocol> {
  metric?: BoardMetric | undefined;
  aggregate?: Aggregate | undefined;
  budgets?: BudgetRanking | undefined;
}

/** The one rule for ties: two rows are told apart where their bootstrap intervals over seeds do not overlap. */
function areToldApart(a: LeaderboardRow, b: LeaderboardRow): boolean {
  if (!a.interval || !b.interval) return false;
  return a.interval[1] < b.interval[0] || b.interval[1] < a.interval[0];
}

const negated = (scores: Scores): Scores => scores.map((runs) => runs.map((value) => -value));

/** Best first. A row that is not told apart from its rank's first shares the rank; one of too few seeds has none. */
function rankRows(rows: readonly ScoredRow[], direction: 1 | -1): LeaderboardRow[] {
  const sorted = rows.toSorted(
    (a, b) =>
      direction * (b.value - a.value) ||
      b.episodes - a.episodes ||
      (`${a.title} ${a.variant}` < `${b.title} ${b.variant}` ? -1 : 1),
  );
  const ranked = sorted.filter(({ interval }) => interval !== null);
  const ranks = new Map<ScoredRow, number>();
  let leader = 0;
  ranked.forEach((row, place) => {
    if (areToldApart(ranked[leader]!, row)) leader = place;
    ranks.set(row, leader + 1);
  });
  const [first] = ranked;
  const asGain = (scores: Scores) => (direction === 1 ? scores : negated(scores));
  return sorted.map((row) => {
    const { scores, ...shown } = row;
    const firstBeatsIt =
      first && row !== first && ranks.has(row)
        ? probabilityOfImprovement(asGain(first.scores), asGain(scores))
        : null;
    return { ...shown, firstBeatsIt, rank: ranks.get(row) ?? null };
  });
}

/** One ranking for all rows, or one for each number of training episodes, the largest first. */
function makeRankings(rows: readonly ScoredRow[], budgets: BudgetRanking, direction: 1 | -1): Ranking[] {
  const byBudget = Map.groupBy(rows, ({ budget }) => budget.episodes);
  if (budgets === 'together' && byBudget.size > 1)
    return [{ budgetEpisodes: null, isStated: false, rows: rankRows(rows, direction) }];
  return [...byBudget]
    .sort(([a], [b]) => b - a)
    .map(([budgetEpisodes, alike]) => ({
      budgetEpisodes,
      isStated: false,
      rows: rankRows(alike, direction),
    }));
}

/**
 * Finished runs under one evaluation protocol: the first that fits `choice`, in the order of listProtocols. A metric that the
 * evaluations do not have gives way to success. `runs` come newest first, as do `stated` ones, imported runs that have nothing but a
 * success rate; these are ranked by themselves, below.
 */
export function makeLeaderboard(
  runs: readonly Entrant[],
  choice: BoardChoice = {},
  stated: readonly StatedEntrant[] = [],
): Leaderboard {
  const { aggregate = 'mean', budgets = 'apart' } = choice;
  const played = listProtocols(runs);
  const protocols = withStated(played, stated);
  const protocol = chooseProtocol(protocols, choice);
  const entered = protocol
    ? runs.filter((run) =>
        finalEvaluations(run).some(
          (evaluation) => protocolKey(protocolOf(run.config, evaluation)) === protocolKey(protocol),
        ),
      )
    : [];
  const metrics = BOARD_METRICS.filter(
    (metric) =>
      metric === 'success' ||
      (entered.length > 0 &&
        entered.every((run) =>
          evaluationsUnder(run, protocol!).every((evaluation) => metricOf(metric, evaluation) !== null),
        )),
  );
  const metric = metrics.find((name) => name === choice.metric) ?? 'success';
  const groups = groupRuns(entered);
  const rows = groups.map((group) =>
    makeRow(group, nameVariant(group, groups), { protocol: protocol!, metric, aggregate }),
  );
  return {
    protocols,
    protocol,
    metric,
    metrics,
    aggregate,
    budgets,
    rankings: [
      ...makeRankings(rows, budgets, directionOf(metric)),
      ...(protocol && metric === 'success' ? rankStated(statedRows(stated, protocol, aggregate)) : []),
    ],
  };
}

function rankStated(rows: readonly ScoredRow[]): Ranking[] {
  return rows.length === 0 ? [] : [{ budgetEpisodes: 0, isStated: true, rows: rankRows(rows, 1) }];
}
