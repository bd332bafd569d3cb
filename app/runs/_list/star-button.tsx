'use client';
import { Star } from 'lucide-react';
import type { RunSummary } from '../../../server/contract/views.ts';
import { classes } from '../../_ui/classes.ts';
import { iconButtonClasses } from '../../_ui/icon-button-classes.ts';
import { useRunActions } from '../_run/use-run-actions.ts';

/** Marks a run among many. */
export function StarButton({ run }: { run: Pick<RunSummary, 'id' | 'name' | 'starred'> }) {
  const { label } = useRunActions();
  const { id, name, starred } = run;
  const words = starred ? `Take the star from ${name}` : `Star ${name}`;
  // A tooltip of the browser's own: one of ours in every row would make the whole list wait for its script.
  return (
    <button
      type="button"
      aria-label={words}
      title={words}
      aria-pressed={starred}
      className={classes(
        iconButtonClasses,
        !starred && 'opacity-45 hover:opacity-100 focus-visible:opacity-100',
      )}
      onClick={() => label.mutate({ ids: [id], starred: !starred })}
    >
      <Star aria-hidden fill={starred ? 'currentColor' : 'none'} />
    </button>
  );
}
