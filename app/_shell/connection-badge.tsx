'use client';
import { useConnection } from '../_live/connection.ts';
import { classes } from '../_ui/classes.ts';
import { Tooltip } from '../_ui/tooltip.tsx';

const words = {
  connecting: {
    label: 'Connecting',
    dot: 'bg-line-strong',
    help: 'Opening the live connection to the server.',
  },
  live: { label: 'Live', dot: 'bg-good', help: 'Connected: what you see changes as it happens.' },
  refused: {
    label: 'Not connected',
    dot: 'bg-line-strong',
    help: 'The server does not open this link, or no longer.',
  },
  reconnecting: {
    label: 'Reconnecting',
    dot: 'bg-warning animate-pulse',
    help: 'The connection to the server is lost. What you see is stale; the gap is filled once it is back.',
  },
};

/** Whether the page hears from the server. */
export function ConnectionBadge({ shareToken }: { shareToken?: string }) {
  const state = useConnection(shareToken);
  const { label, dot, help } = words[state];
  return (
    <Tooltip content={help}>
      <button
        type="button"
        aria-label={`Connection: ${label.toLowerCase()}`}
        data-connection={state}
        className="inline-flex cursor-help! items-center gap-1.5 rounded px-1 text-[0.9rem] text-muted"
      >
        <span aria-hidden className={classes('size-2 rounded-full', dot)} />
        {label}
      </button>
    </Tooltip>
  );
}
