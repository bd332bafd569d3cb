'use client';
import { Bookmark } from 'lucide-react';
import type { ViewPage } from '../../server/contract/views.ts';
import { type ButtonSize, buttonClasses } from '../_ui/button.tsx';
import { onDemand, useOnDemand } from '../_ui/use-on-demand.ts';

const list = onDemand(() => import('./view-list.tsx'));

/** Views of a page under a name. */
export function SavedViews({ page, size = 'sm' }: { page: ViewPage; size?: ButtonSize }) {
  const [opened, open] = useOnDemand(list);
  const words = (
    <>
      <Bookmark aria-hidden className="size-4" />
      Views
    </>
  );
  if (opened)
    return (
      <opened.ViewList page={page} size={size}>
        {words}
      </opened.ViewList>
    );
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-expanded={false}
      className={buttonClasses({ size })}
      onClick={open}
    >
      {words}
    </button>
  );
}
