'use client';
import {
  AGGREGATES,
  type Aggregate,
  type BoardMetric,
  BUDGET_RANKINGS,
  type BudgetRanking,
  type Leaderboard,
} from '../../server/contract/board.ts';
import { Select } from '../_ui/select.tsx';
import { AGGREGATE_TITLES, BUDGET_TITLES, METRIC_TITLES } from './protocol.ts';

/** What the board is ranked by. */
export function RankingPicker({
  board,
  onPick,
}: {
  board: Leaderboard;
  onPick: (choice: Partial<{ metric: BoardMetric; aggregate: Aggregate; budgets: BudgetRanking }>) => void;
}) {
  return (
    <fieldset className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <legend className="sr-only">Ranking</legend>
      <Select
        label="Rank by"
        size="sm"
        value={board.metric}
        onChange={(metric) => onPick({ metric })}
        options={board.metrics.map((value) => ({ value, label: METRIC_TITLES[value] }))}
      />
      <Select
        label="Of the seeds"
        size="sm"
        value={board.aggregate}
        onChange={(aggregate) => onPick({ aggregate })}
        options={AGGREGATES.map((value) => ({ value, label: AGGREGATE_TITLES[value] }))}
      />
      <Select
        label="Training budgets"
        size="sm"
        value={board.budgets}
        onChange={(budgets) => onPick({ budgets })}
        options={BUDGET_RANKINGS.map((value) => ({ value, label: BUDGET_TITLES[value] }))}
      />
    </fieldset>
  );
}
