import type { ReactNode } from 'react';
import type { Action } from '../../../server/contract/actions.ts';
import type { Transition } from '../../../server/contract/views.ts';
import { describeAction } from '../../_actions/action-words.ts';
import { formatMoment } from '../../_charts/format.ts';
import { useActed } from '../../_live/use-acted.ts';
import { Panel } from '../../_ui/panel.tsx';
import { StateBadge } from '../../_ui/state-badge.tsx';

interface Entry {
  key: string;
  time: number;
  what: ReactNode;
}

/** Every change of state of a run with its reason, and what was done to it, newest first. */
export function HistoryPanel({
  runId,
  transitions,
  actions,
}: {
  runId: string;
  transitions: readonly Transition[];
  actions: readonly Action[];
}) {
  useActed(runId);
  const entries: Entry[] = [
    ...transitions.toReversed().map((transition) => ({
      key: `${transition.time} ${transition.to}`,
      time: transition.time,
      what: <StateChange {...transition} />,
    })),
    ...actions.map((action) => ({
      key: action.id,
      time: action.time,
      what: <Deed action={action} runId={runId} />,
    })),
  ].sort((a, b) => b.time - a.time);
  return (
    <Panel title="History">
      {entries.length === 0 && <p className="text-muted">Nothing has happened yet.</p>}
      <ol className="flex flex-col gap-2">
        {entries.map(({ key, time, what }) => (
          <li key={key} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            <time className="text-muted">{formatMoment(time)}</time>
            {what}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function StateChange({ to, reason }: Transition) {
  return (
    <>
      <StateBadge state={to} />
      <span className="min-w-0 flex-1 break-words text-muted">{reason.split('\n')[0]}</span>
    </>
  );
}

/** The owner is not named: most is done by them. */
function Deed({ action, runId }: { action: Action; runId: string }) {
  return (
    <span className="min-w-0 flex-1 break-words">
      {describeAction(action, runId)}
      {action.key && <span className="text-muted"> by the key “{action.key.name}”</span>}
    </span>
  );
}
