import { Ban, Check, CircleDashed, LoaderCircle, Pause, Play, TriangleAlert } from 'lucide-react';
import type { RunState } from '../../server/contract/events.ts';
import type { RunSummary } from '../../server/contract/views.ts';
import { formatTime } from '../_charts/format.ts';
import { Badge, type Tone } from './badge.tsx';

const looks: Record<RunState, { tone: Tone; icon: typeof Check }> = {
  queued: { tone: 'neutral', icon: CircleDashed },
  starting: { tone: 'accent', icon: LoaderCircle },
  running: { tone: 'accent', icon: Play },
  paused: { tone: 'warning', icon: Pause },
  finished: { tone: 'good', icon: Check },
  failed: { tone: 'danger', icon: TriangleAlert },
  cancelled: { tone: 'neutral', icon: Ban },
};

/** What a run is about to become, where it differs from what it is. */
function describeChange(state: RunState, desired: RunSummary['desired'] | undefined): string | null {
  if (state !== 'running' && state !== 'starting' && state !== 'paused') return null;
  if (desired === 'cancel') return 'cancelling';
  if (desired === 'pause' && state !== 'paused') return 'pausing';
  if (desired === 'run' && state === 'paused') return 'resuming';
  return null;
}

/** State of a run: colour, icon and word. */
export function StateBadge({
  state,
  desired,
  iconOnly,
}: {
  state: RunState;
  desired?: RunSummary['desired'];
  /** The word only on hover and for those who listen. */
  iconOnly?: boolean;
}) {
  const { tone, icon: Icon } = looks[state];
  const words = describeChange(state, desired) ?? state;
  const badge = (
    <Badge tone={tone}>
      <Icon aria-hidden className={state === 'starting' ? 'size-3.5 animate-spin' : 'size-3.5'} />
      {iconOnly ? <span className="sr-only">{words}</span> : words}
    </Badge>
  );
  return iconOnly ? <span title={words}>{badge}</span> : badge;
}

/** Where a trainer shows no sign of life any more: since when. Nothing while it does. */
export function StalledBadge({
  run,
  short,
}: {
  run: Pick<RunSummary, 'state' | 'stalledSince'>;
  /** The time only on hover, for narrow places. */
  short?: boolean;
}) {
  const trains = run.state === 'running' || run.state === 'starting';
  if (run.stalledSince === null || !trains) return null;
  const since = `stalled since ${formatTime(run.stalledSince)}`;
  return (
    <span
      title={`The trainer shows no sign of life: ${since}. Cancel it, and resume from its last checkpoint`}
    >
      <Badge tone="warning">{short ? 'stalled' : since}</Badge>
    </span>
  );
}
