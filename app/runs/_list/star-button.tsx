'use client';
import { Star } from 'lucide-react';
import type { RunSummary } from '../../../server/contract/views.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { useRunActions } from '../_run/use-run-actions.ts';

/** Marks a run among many. */
export function StarButton({ run }: { run: Pick<RunSummary, 'id' | 'name' | 'starred'> }) {
  const { label } = useRunActions();
  const { id, name, starred } = run;
  return (
    <IconButton
      label={starred ? `Take the star from ${name}` : `Star ${name}`}
      aria-pressed={starred}
      icon={<Star aria-hidden fill={starred ? 'currentColor' : 'none'} />}
      className={starred ? undefined : 'opacity-45 hover:opacity-100 focus-visible:opacity-100'}
      onClick={() => label.mutate({ ids: [id], starred: !starred })}
    />
  );
}
