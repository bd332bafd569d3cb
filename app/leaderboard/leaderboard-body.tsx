'use client';
import { Info } from 'lucide-react';
import { type Leaderboard, type Ranking, SEEDS_FOR_RANK } from '../../server/contract/board.ts';
import { formatCount } from '../_charts/format.ts';
import { assignRunStyles, styleBearer } from '../_charts/run-colors.ts';
import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Table, Th } from '../_ui/table.tsx';
import { BoardRow, THRESHOLDS } from './board-row.tsx';
import { AGGREGATE_TITLES, METRIC_HELP, METRIC_TITLES } from './protocol.ts';
import type { Verification } from './verification-cell.tsx';

const FEW_SEEDS = 5;
const COLUMNS = 10 + THRESHOLDS.length;

/** The ranked table of one protocol. */
export function LeaderboardBody({
  board,
  linked,
  verification,
}: {
  board: Leaderboard;
  linked: boolean;
  /** Null where nothing can be verified from here. */
  verification: Verification | null;
}) {
  const { protocol, rankings, metric, aggregate } = board;
  if (!protocol) return null;
  const rows = rankings.flatMap((ranking) => ranking.rows);
  const hasFewSeeds = rows.some(({ seeds }) => seeds < FEW_SEEDS);
  const styles = assignRunStyles(rows.map(({ runs }) => styleBearer(runs)!));
  return (
    <Panel title={`Results on ${protocol.split}`} flush>
      <Table caption={`Leaderboard on ${protocol.split}, step limit ${protocol.stepLimit}`}>
        <thead>
          <tr>
            <Th numeric>
              <Hint
                text={`Rows share a rank where their intervals overlap with that of the rank’s first. From ${SEEDS_FOR_RANK} seeds on: fewer say nothing about the luck of training.`}
              >
                Rank
              </Hint>
            </Th>
            <Th>Method</Th>
            <Th>
              <Hint
                text={`${METRIC_HELP[metric]} ${AGGREGATE_HELP[aggregate]} Below it the 95 % stratified bootstrap interval over seeds, from ${SEEDS_FOR_RANK} seeds on.`}
              >
                {METRIC_TITLES[metric]}, {AGGREGATE_TITLES[aggregate].toLowerCase()}
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Evaluation episodes behind the value, all seeds together, and how many seeds.">
                n
              </Hint>
            </Th>
            <Th numeric className="whitespace-normal!">
              <Hint
                text={`Probability that a run of the ranking’s first row does better than a run of this row, ties half; 50 % is no difference. From ${SEEDS_FOR_RANK} seeds on.`}
              >
                First beats it
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Mean over seeds of the success rate of each seed’s best evaluation. Chosen on the games it is measured on, so it flatters.">
                Best
              </Hint>
            </Th>
            <Th numeric>Parameters</Th>
            {THRESHOLDS.map((threshold) => (
              <Th key={threshold} numeric>
                <Hint
                  text={`Training until an evaluation first reached ${threshold} % success: iterations, below them tokens. Median over seeds; a dash where most seeds never did.`}
                >
                  To {threshold} %
                </Hint>
              </Th>
            ))}
            <Th numeric className="whitespace-normal!">
              <Hint text="Seconds of rollout, credit and update until the end, median over seeds; evaluation and warm start left out.">
                Training time
              </Hint>
            </Th>
            <Th>
              <Hint text="Whether the last checkpoints of the runs come out alike when they are evaluated anew, on the games of this board.">
                Verified
              </Hint>
            </Th>
            <Th>Runs</Th>
          </tr>
        </thead>
        {rankings.map((ranking) => (
          <tbody key={`${ranking.budgetEpisodes} ${ranking.isStated}`}>
            {(rankings.length > 1 || ranking.budgetEpisodes === null || ranking.isStated) && (
              <tr>
                <th
                  scope="rowgroup"
                  colSpan={COLUMNS}
                  className="border-b border-line bg-sunken px-3 py-1.5 text-left font-medium"
                >
                  {rankingTitle(ranking)}
                </th>
              </tr>
            )}
            {ranking.rows.map((row, index) => (
              <BoardRow
                key={row.runs[0]!.id}
                row={row}
                metric={metric}
                style={styles.get(styleBearer(row.runs)!.id)!}
                isTied={ranking.rows.some(
                  (other, place) => place !== index && row.rank !== null && other.rank === row.rank,
                )}
                hasFewSeeds={row.seeds < FEW_SEEDS}
                linked={linked}
                verification={verification}
              />
            ))}
          </tbody>
        ))}
      </Table>
      <p className="px-3 py-2 text-muted">
        Ties: rows share a rank where the 95 % bootstrap intervals of their values overlap. Of several runs of
        one seed the first counts, so that running a seed again gains nothing; the others are shown. A row of
        fewer than {SEEDS_FOR_RANK} seeds has no rank.
      </p>
      {hasFewSeeds && (
        <p className="flex items-start gap-2 px-3 py-2 text-muted">
          <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
          Rows with fewer than {FEW_SEEDS} seeds say little about the method: one lucky or unlucky training
          moves them more than the interval shows. Launch more seeds before reporting.
        </p>
      )}
    </Panel>
  );
}

const AGGREGATE_HELP = {
  mean: 'The mean over seeds.',
  median: 'The median over seeds.',
  iqm: 'The interquartile mean over seeds and, of the success rate, task types: a quarter of the values is cut at either end.',
};

function rankingTitle({ budgetEpisodes, isStated }: Ranking): string {
  if (isStated)
    return 'Imported runs, under the protocol that who put them here states: not verified, ranked apart';
  if (budgetEpisodes === null) return 'All training budgets, ranked together';
  if (budgetEpisodes === 0) return 'Not trained here';
  return `Trained with ${formatCount(budgetEpisodes)} episodes`;
}
