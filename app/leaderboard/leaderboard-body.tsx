'use client';
import { Info } from 'lucide-react';
import Link from 'next/link';
import type { Leaderboard, LeaderboardRow } from '../../server/contract/views.ts';
import { formatCompact, formatCount, formatSeconds, formatShare, MISSING } from '../_charts/format.ts';
import { assignRunStyles, type RunStyle, styleBearer } from '../_charts/run-colors.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
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
  const trained = rows.filter(({ isTrained }) => isTrained);
  const hasBudgets = new Set(trained.map(({ budget }) => JSON.stringify(budget))).size > 1;
  const styles = assignRunStyles(rows.map(({ runs }) => styleBearer(runs)!));
  return (
    <Panel title={`Results on ${protocol.split}`} flush>
      <Table caption={`Leaderboard on ${protocol.split}, step limit ${protocol.stepLimit}`}>
        <thead>
          <tr>
            <Th numeric>
              <Hint text="Rows share a rank where the data do not tell them apart from the rank’s first: the rule stands below the table.">
                Rank
              </Hint>
            </Th>
            <Th>Method and budget</Th>
            <Th>
              <Hint text="Final evaluation, pooled over the seeds, with its 95 % Wilson interval. The interval covers the episodes drawn, not the spread between trainings.">
                Success rate
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Evaluation episodes behind the rate, all seeds together, and how many seeds. Of several runs of one seed the newest counts.">
                n
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Interquartile mean of the final success rates of all task types and seeds, with a 95 % stratified bootstrap interval over seeds: it covers the luck of training. From three seeds on.">
                IQM
              </Hint>
            </Th>
            <Th numeric>
              <Hint text="Probability that a run of the first row does better than a run of this row on a task type, ties half; 50 % is no difference. From three seeds on.">
                First beats it
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
              key={row.runs[0]!.id}
              row={row}
              style={styles.get(styleBearer(row.runs)!.id)!}
              isTied={rows.some((other, place) => place !== index && other.rank === row.rank)}
              linked={linked}
            />
          ))}
        </tbody>
      </Table>
      <p className="px-3 py-2 text-muted">
        Ties: rows share a rank unless the 95 % intervals of their success rates are apart and, where both
        rows have three seeds, those of their IQM too. Of several runs of one seed the newest counts.
        {hasBudgets && ' The rows were trained for different budgets: each says its own.'}
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

function BoardRow({
  row,
  style,
  isTied,
  linked,
}: {
  row: LeaderboardRow;
  style: RunStyle;
  isTied: boolean;
  linked: boolean;
}) {
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
        <span className="flex items-center gap-2">
          <RunSwatch style={style} />
          <span className="font-medium">{row.title}</span>
        </span>
        {row.origin && (
          <span className="block">
            <Hint text={row.originExplained}>{row.origin}</Hint>
          </span>
        )}
        {row.variant && <span className="block text-muted">{row.variant}</span>}
        {row.isTrained && (
          <span className="block whitespace-nowrap text-muted">
            {formatCount(row.budget.iterations)} iterations of {formatCount(row.budget.episodesPerIteration)}{' '}
            episodes
          </span>
        )}
      </Td>
      <Td>
        <span className="flex items-center gap-2 whitespace-nowrap">
          <IntervalBar value={{ rate: row.successRate, low, high }} color={style.color} />
          <span>
            <span className="block font-semibold">{formatShare(row.successRate)}</span>
            <span className="block text-muted">
              {formatShare(low)} to {formatShare(high)}
            </span>
            {row.score !== null && (
              <span className="block text-muted">
                <Hint text="Mean score of the same episodes: the share of what was asked for that is right.">
                  score {formatShare(row.score)}
                </Hint>
              </span>
            )}
          </span>
        </span>
      </Td>
      <Td numeric>
        {formatCount(row.episodes)}
        <span className={`block ${row.seeds < FEW_SEEDS ? 'text-warning' : 'text-muted'}`}>
          {row.seeds} {row.seeds === 1 ? 'seed' : 'seeds'}
        </span>
        {row.setAside > 0 && (
          <span className="block text-muted">
            {row.setAside} older {row.setAside === 1 ? 'run' : 'runs'} set aside
          </span>
        )}
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
          MISSING
        )}
      </Td>
      <Td numeric>{row.firstBeatsIt === null ? MISSING : formatShare(row.firstBeatsIt)}</Td>
      <Td numeric>{formatShare(row.bestSuccessRate)}</Td>
      <Td numeric>{row.isTrained ? formatCompact(row.parameters) : MISSING}</Td>
      {THRESHOLDS.map((threshold) => (
        <Td key={threshold} numeric>
          {formatCount(row.iterationsTo[threshold])}
          {row.tokensTo[threshold] !== null && (
            <span className="block text-muted">{formatCompact(row.tokensTo[threshold])} tok</span>
          )}
        </Td>
      ))}
      <Td numeric>{row.isTrained ? formatSeconds(row.trainingSeconds) : MISSING}</Td>
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
