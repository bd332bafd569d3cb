'use client';
import { PHASE_UNITS } from '../../../server/contract/run-states.ts';
import { formatAgo, formatSeconds } from '../../_charts/format.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useNow } from '../../_live/use-now.ts';
import { classes } from '../../_ui/classes.ts';
import { ProgressBar } from '../../_ui/progress-bar.tsx';
import { formatRoughSeconds } from '../new/estimate-words.ts';
import { type CurrentRun, doneShare, timeLeft } from './run-model.ts';

/** A running trainer that says nothing this long looks stale. */
const STALE_MS = 30_000;

/** Where the run stands: iteration k of n, phase, time left, and how fresh all of it is. */
export function RunProgress({ run, live }: { run: CurrentRun; live: LiveRun }) {
  const now = useNow();
  const iterations = run.config?.iterations ?? null;
  const isTrained = run.config?.policy !== 'endpoint';
  const tone =
    run.state === 'failed' ? 'danger' : run.state === 'finished' ? 'good' : run.isActive ? 'accent' : 'muted';
  return (
    <div>
      <div className="mb-1.5 flex min-h-5 flex-wrap items-baseline gap-x-4 gap-y-0.5 text-[0.93rem]">
        <span className="font-medium">{describeStep(run)}</span>
        <span className="text-muted">{describePhase(run)}</span>
        <span className="text-muted">{describeTimeLeft(run, live)}</span>
        <span className="ml-auto">
          <Freshness run={run} live={live} now={now} />
        </span>
      </div>
      {iterations !== null && (
        <ProgressBar
          value={doneShare(run, iterations)}
          label={isTrained ? 'Iterations done' : 'Episodes done'}
          tone={tone}
        />
      )}
      {iterations !== null && isTrained && <PhaseBar run={run} />}
    </div>
  );
}

/** How far the phase is, thinly; keeps its place while there is none. */
function PhaseBar({ run }: { run: CurrentRun }) {
  const total = run.state === 'running' ? (run.progress?.total ?? 0) : 0;
  if (!run.progress || total === 0) return <div className="mt-1 h-0.5" />;
  return (
    <ProgressBar
      value={run.progress.done / total}
      label={`Progress of the ${run.progress.phase}`}
      tone="muted"
      className="mt-1 h-0.5!"
    />
  );
}

function describeStep({ config, iteration }: CurrentRun): string {
  if (config === null) return `Step ${iteration}`;
  return config.policy === 'endpoint'
    ? 'Evaluation, not trained here'
    : `Iteration ${iteration} of ${config.iterations}`;
}

function describePhase(run: CurrentRun): string {
  if (run.config === null) return run.state === 'running' ? 'its trainer runs elsewhere' : '';
  if (run.state === 'queued') return 'waiting for a free trainer';
  if (run.state === 'starting') return 'the trainer is starting';
  if (run.state === 'paused') return 'paused: it goes on from here, its slot is free for others';
  if (run.state !== 'running' || !run.progress) return '';
  const { phase, done, total } = run.progress;
  return total > 0 ? `${phase} ${done} of ${total} ${PHASE_UNITS[phase]}` : phase;
}

function describeTimeLeft(run: CurrentRun, live: LiveRun): string {
  if (run.state !== 'running' || run.config === null) return '';
  if (run.progress?.phase === 'warm start' || run.config.policy === 'endpoint') {
    const secondsLeft = run.progress?.secondsLeft;
    return secondsLeft === undefined ? '' : `about ${formatRoughSeconds(secondsLeft)} of it left`;
  }
  const left = timeLeft(live, run.iteration, run.config.iterations);
  if (!left) return 'time left: known after two iterations';
  const spread = left.spread >= 1 ? ` ± ${formatSeconds(left.spread)}` : '';
  return `about ${formatSeconds(left.seconds)}${spread} left (pace of ${left.n === 1 ? 'the last iteration' : `the last ${left.n} iterations`})`;
}

function Freshness({ run, live, now }: { run: CurrentRun; live: LiveRun; now: number | null }) {
  if (live.status === 'failed') return <span className="text-danger">not live: {live.problem}</span>;
  if (live.status === 'loading') return <span className="text-muted">loading …</span>;
  const isMoving = run.state === 'running' || run.state === 'starting';
  if (live.receivedAt === null || now === null || (live.connected && !isMoving)) return null;
  const isStale = !live.connected || now - live.receivedAt > STALE_MS;
  return (
    <span className={classes('text-[0.9rem]', isStale ? 'text-warning' : 'text-muted')}>
      {isStale ? 'stale: last heard ' : 'updated '}
      {formatAgo(live.receivedAt, now)}
    </span>
  );
}
