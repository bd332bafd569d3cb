'use client';
import Link from 'next/link';
import type { BoardMetric, BoardRun, LeaderboardRow } from '../../server/contract/board.ts';
import { formatCompact, formatCount, formatSeconds, formatShare, MISSING } from '../_charts/format.ts';
import type { RunStyle } from '../_charts/run-colors.ts';
import { RunSwatch } from '../_charts/swatch.tsx';
import { Hint } from '../_ui/hint.tsx';
import { Td } from '../_ui/table.tsx';
import { compareHref } from '../compare/compare-href.ts';
import { IntervalBar } from '../compare/interval-bar.tsx';
import { formatMetric } from './protocol.ts';
import { type Verification, VerificationCell } from './verification-cell.tsx';

export const THRESHOLDS = ['50', '80', '90'] as const;

/** One method on the board. */
export function BoardRow({
  row,
  metric,
  style,
  isTied,
  hasFewSeeds,
  linked,
  verification,
}: {
  row: LeaderboardRow;
  metric: BoardMetric;
  style: RunStyle;
  isTied: boolean;
  hasFewSeeds: boolean;
  linked: boolean;
  /** What can be done about it; null where nothing can. */
  verification: Verification | null;
}) {
  return (
    <tr data-board-row={row.runs[0]!.id}>
      <Td numeric className="font-semibold">
        {row.rank ?? <span className="font-normal text-muted">{MISSING}</span>}
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
            {formatCount(row.budget.iterations)} {row.budget.iterations === 1 ? 'iteration' : 'iterations'} of{' '}
            {formatCount(row.budget.episodesPerIteration)} episodes
          </span>
        )}
      </Td>
      <Td>
        <Value row={row} metric={metric} color={style.color} />
      </Td>
      <Td numeric>
        {formatCount(row.episodes)}
        <span className={`block ${hasFewSeeds ? 'text-warning' : 'text-muted'}`}>
          {row.seeds} {row.seeds === 1 ? 'seed' : 'seeds'}
        </span>
      </Td>
      <Td numeric>{row.firstBeatsIt === null ? MISSING : formatShare(row.firstBeatsIt)}</Td>
      <Td numeric>{row.isStated ? MISSING : formatShare(row.bestSuccessRate)}</Td>
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
      <Td className="min-w-24">
        <VerificationCell row={row} metric={metric} verification={verification} />
      </Td>
      <Td className="min-w-28">
        <Runs row={row} metric={metric} linked={linked} />
      </Td>
    </tr>
  );
}

function Value({ row, metric, color }: { row: LeaderboardRow; metric: BoardMetric; color: string }) {
  const [low, high] = row.interval ?? [row.value, row.value];
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      {metric !== 'episodeLength' && <IntervalBar value={{ rate: row.value, low, high }} color={color} />}
      <span>
        <span className="block font-semibold">{formatMetric(metric, row.value)}</span>
        <span className="block text-muted">
          {row.interval ? `${formatMetric(metric, low)} to ${formatMetric(metric, high)}` : 'no interval'}
        </span>
        {metric === 'success' && row.score !== null && (
          <span className="block text-muted">
            <Hint text="Mean score of the same episodes: the share of what was asked for that is right.">
              score {formatShare(row.score)}
            </Hint>
          </span>
        )}
      </span>
    </span>
  );
}

/** Every run behind the row with its own value, and those of the same seeds that do not count. */
function Runs({ row, metric, linked }: { row: LeaderboardRow; metric: BoardMetric; linked: boolean }) {
  return (
    <>
      <ul>
        {row.runs.map((run) => (
          <RunLine
            key={run.id}
            run={run}
            metric={metric}
            linked={linked}
            // The whole row says so.
            isMarked={row.isStated}
          />
        ))}
      </ul>
      {row.reruns.length > 0 && (
        <ul aria-label="Runs of the same seeds that do not count" className="text-muted">
          {row.reruns.map((run) => (
            <RunLine key={run.id} run={run} metric={metric} linked={linked} isMarked={row.isStated} isRerun />
          ))}
        </ul>
      )}
      {linked && row.runs.length > 1 && (
        <Link
          href={compareHref(row.runs.map(({ id }) => id))}
          className="rounded text-muted underline hover:text-ink"
        >
          compare
        </Link>
      )}
    </>
  );
}

function RunLine({
  run,
  metric,
  linked,
  isMarked,
  isRerun,
}: {
  run: BoardRun;
  metric: BoardMetric;
  linked: boolean;
  /** That it was imported is said already. */
  isMarked: boolean;
  isRerun?: boolean;
}) {
  const words = run.seed === null ? 'no seed' : `seed ${run.seed}`;
  return (
    <li className="whitespace-nowrap">
      {linked ? (
        <Link href={`/runs/${run.id}`} title={run.name} className="rounded text-accent hover:underline">
          {words}
        </Link>
      ) : (
        words
      )}{' '}
      <span className="text-muted">{formatMetric(metric, run.value)}</span>
      {run.isImported && !isMarked && ' imported'}
      {isRerun && ' rerun, not counted'}
    </li>
  );
}
