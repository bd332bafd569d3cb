import type { RunDetail } from '../../../server/contract/views.ts';
import { formatMoment } from '../../_charts/format.ts';
import { Panel } from '../../_ui/panel.tsx';
import { StateBadge } from '../../_ui/state-badge.tsx';

/** Every change of state of a run, newest first, with its reason. */
export function HistoryPanel({ transitions }: { transitions: RunDetail['transitions'] }) {
  return (
    <Panel title="History">
      {transitions.length === 0 && <p className="text-muted">Nothing has happened yet.</p>}
      <ol className="flex flex-col gap-2">
        {transitions.toReversed().map((transition) => (
          <li
            key={`${transition.time} ${transition.to}`}
            className="flex flex-wrap items-baseline gap-x-3 gap-y-1"
          >
            <time className="text-muted">{formatMoment(transition.time)}</time>
            <StateBadge state={transition.to} />
            <span className="min-w-0 flex-1 break-words text-muted">{transition.reason.split('\n')[0]}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
