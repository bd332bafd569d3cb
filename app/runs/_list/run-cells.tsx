'use client';
import type { Evaluation } from '../../../server/contract/events.ts';
import type { RunSummary } from '../../../server/contract/views.ts';
import { formatAgo, formatSeconds, formatShare, formatTime, MISSING } from '../../_charts/format.ts';
import { useNow } from '../../_live/use-now.ts';
import { AlertMark } from '../../_ui/alert-mark.tsx';
import { Badge } from '../../_ui/badge.tsx';
import { ProgressBar } from '../../_ui/progress-bar.tsx';
import { StalledBadge, StateBadge } from '../../_ui/state-badge.tsx';
import { wilson } from '../../compare/proportion.ts';
import type { RunRow } from './run-row.ts';

/** State with a bar while there is something to wait for. */
export function StateCell({ row }: { row: RunRow }) {
  const isMoving = row.state === 'running' || row.state === 'paused' || row.state === 'starting';
  return (
    <div className="flex w-full items-center gap-2">
      <StateBadge state={row.state} desired={row.run.desired} />
      <StalledBadge run={row.run} short />
      <AlertMark alerts={row.alerts} />
      {isMoving && row.done !== null && (
        <ProgressBar
          value={row.done}
          label={`Progress of ${row.run.name}`}
          tone={row.state === 'paused' ? 'muted' : 'accent'}
          className="min-w-10 flex-1"
        />
      )}
    </div>
  );
}

/** As many tags as fit; all of them in words. */
export function TagsCell({ tags }: { tags: readonly string[] }) {
  return (
    <span title={tags.join(', ')} className="flex gap-1 overflow-hidden">
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  );
}

/** Rate, Wilson interval and n of one evaluation. */
export function EvaluationCell({ evaluation }: { evaluation: Evaluation | null }) {
  if (!evaluation) return <span className="text-muted">{MISSING}</span>;
  const { rate, low, high, n } = wilson(evaluation.successes, evaluation.episodes);
  const title = `${evaluation.split}, after iteration ${evaluation.iteration}, at most ${evaluation.stepLimit} turns, temperature ${evaluation.temperature}; 95 % Wilson interval ${formatShare(low)} to ${formatShare(high)}${evaluation.score === undefined ? '' : `; mean score ${formatShare(evaluation.score)}`}`;
  return (
    <span title={title}>
      <b className="font-medium">{formatShare(rate)}</b>{' '}
      <span className="text-muted">
        {(low * 100).toFixed(0)}–{(high * 100).toFixed(0)}, n {n}
      </span>
    </span>
  );
}

/** How long ago, with the exact time behind it. */
export function TimeCell({ time }: { time: number | null }) {
  const now = useNow(10_000);
  if (time === null) return <span className="text-muted">{MISSING}</span>;
  return <time title={formatTime(time)}>{now === null ? '' : formatAgo(time, now)}</time>;
}

/** From start to end, or to now. */
export function DurationCell({ run, isActive }: { run: RunSummary; isActive: boolean }) {
  const now = useNow(1000);
  if (run.startedAt === null) return <span className="text-muted">{MISSING}</span>;
  const end = isActive ? now : (run.endedAt ?? now);
  return <>{end === null ? '' : formatSeconds(Math.max(0, Math.round((end - run.startedAt) / 1000)))}</>;
}
