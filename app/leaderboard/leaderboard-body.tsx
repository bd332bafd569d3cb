'use client';
import { Info } from 'lucide-react';
import Link from 'next/link';
import { ESTIMATOR_FACTS } from '../../server/contract/estimators.ts';
import type { Leaderboard, LeaderboardRow } from '../../server/contract/views.ts';
import { formatCompact, formatCount, formatSeconds, formatShare } from '../_charts/format.ts';
import { Hint } from '../_ui/hint.tsx';
import { Panel } from '../_ui/panel.tsx';
import { Table, Td, Th } from '../_ui/table.tsx';
import { IntervalBar } from '../compare/interval-bar.tsx';
import { compareHref } from '../compare/view-state.ts';

const FEW_SEEDS = 5;
const THRESHOLDS = ['50', '80', '90'] as const;

/** The ranked table of one protocol. */
export function LeaderboardBody({ board, linked }: { board: Leaderboard; linked: boolean }) {
  const { protocol, rows } = board;
  if (!protocol) return null;
  const hasFewSeeds = rows.some(({ seeds }) => seeds < FEW_SEEDS);
  return (
    <Panel title={`Results on ${protocol.split}`} flush>
      <Table caption={`Leaderboard on ${protocol.split}, step limit ${protocol.stepLimit}`}>
        <thead>
          <tr>
            <Th numeric>
              <Hint text="Rows share a rank where their intervals overlap with that of the rank’s first: the data do not tell them apart.">
                Rank
              </Hint>
            </Th>
            <Th>Estimator</Th>
            <Th>
              <Hint text="Final evaluation, pooled over the seeds, with its 95 % Wilson interval. The interval covers the episodes drawn, not the spread between trainings.">
                Success rate
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Evaluation episodes behind the rate, all seeds together.">n</Hint>
            </Th>
            <Th numeric>Seeds</Th>
            <Th numeric>
              <Hint text="Interquartile mean of the final success rates of all task types and seeds, with a 95 % stratified bootstrap interval over seeds: it covers the luck of training. From three seeds on.">
                IQM
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Probability that a run of the first row does better than a run of this row on a task type, ties half; 50 % is no difference. From three seeds on.">
                Beaten by the first
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Mean over seeds of each seed’s best evaluation. Chosen on the games it is measured on, so it flatters.">
                Best
              </Hint>
            </Th>
            <Th numeric>Parameters</Th>
            {THRESHOLDS.map((threshold) => (
              <Th key={threshold} numeric>
                <Hint
                  text={`Training until an evaluation first reached ${threshold} %: iterations, below them tokens. Median over seeds; a dash where most seeds never did.`}
                >
                  To {threshold} %
                </Hint>
              </Th>
            ))}
            <Th numeric>
              <Hint text="Seconds of rollout, credit and update until the end, median over seeds; evaluation and warm start left out.">
                Training time
              </Hint>
            </Th>
            <Th>Runs</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <BoardRow
              key={`${row.estimator} ${row.variant}`}
              row={row}
              isTied={rows.some((other, place) => place !== index && other.rank === row.rank)}
              linked={linked}
            />
          ))}
        </tbody>
      </Table>
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

function BoardRow({ row, isTied, linked }: { row: LeaderboardRow; isTied: boolean; linked: boolean }) {
  const [low, high] = row.interval;
  return (
    <tr>
      <Td numeric className="font-semibold">
        {row.rank}
        {isTied && (
          <span className="font-normal text-muted">
            {' '}
            <abbr title="tied" className="no-underline">
              =
            </abbr>
          </span>
        )}
      </Td>
      <Td className="min-w-44">
        <span className="font-medium">
          {ESTIMATOR_FACTS[row.estimator].title} ({row.estimator})
        </span>
        {row.variant && <span className="block text-muted">{row.variant}</span>}
      </Td>
      <Td>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <IntervalBar value={{ rate: row.successRate, low, high }} color="var(--accent)" />
          <span className="w-14 text-right font-semibold">{formatShare(row.successRate)}</span>
          <span className="text-muted">
            {formatShare(low)} to {formatShare(high)}
          </span>
        </span>
      </Td>
      <Td numeric>{formatCount(row.episodes)}</Td>
      <Td numeric className={row.seeds < FEW_SEEDS ? 'text-warning' : ''}>
        {row.seeds}
      </Td>
      <Td numeric className="whitespace-nowrap">
        {row.iqm ? (
          <>
            {formatShare(row.iqm.value)}
            <span className="block text-muted">
              {formatShare(row.iqm.interval[0])} to {formatShare(row.iqm.interval[1])}
            </span>
          </>
        ) : (
          '—'
        )}
      </Td>
      <Td numeric>{row.firstBeatsIt === null ? '—' : formatShare(row.firstBeatsIt)}</Td>
      <Td numeric>{formatShare(row.bestSuccessRate)}</Td>
      <Td numeric>{formatCompact(row.parameters)}</Td>
      {THRESHOLDS.map((threshold) => (
        <Td key={threshold} numeric>
          {formatCount(row.iterationsTo[threshold])}
          {row.tokensTo[threshold] !== null && (
            <span className="block text-muted">{formatCompact(row.tokensTo[threshold])} tok</span>
          )}
        </Td>
      ))}
      <Td numeric>{formatSeconds(row.trainingSeconds)}</Td>
      <Td className="min-w-32">
        {linked ? (
          <span className="flex flex-wrap gap-x-2">
            {row.runs.map((run) => (
              <Link
                key={run.id}
                href={`/runs/${run.id}`}
                title={run.name}
                className="rounded whitespace-nowrap text-accent hover:underline"
              >
                seed {run.seed}
              </Link>
            ))}
            {row.runs.length > 1 && (
              <Link
                href={compareHref(row.runs.map(({ id }) => id))}
                className="rounded text-muted underline hover:text-ink"
              >
                compare
              </Link>
            )}
          </span>
        ) : (
          <span className="text-muted">seeds {row.runs.map(({ seed }) => seed).join(', ')}</span>
        )}
      </Td>
    </tr>
  );
}
