'use client';
import { type FigureBlock, LONGEST_VIEW } from '../../server/contract/report.ts';
import { Button } from '../_ui/button.tsx';
import { useKeptView } from './use-figure-settings.ts';

/** Under a figure on which something is set: makes it what every reader finds, or takes it back. Nothing where nothing is. */
export function KeepSettings({
  block,
  onKeep,
}: {
  block: FigureBlock;
  onKeep: (block: FigureBlock) => void;
}) {
  const { view, forget } = useKeptView(block);
  if (view === null) return null;
  const isTooLong = view.length > LONGEST_VIEW;
  return (
    <p className="mt-2 flex flex-wrap items-center gap-2 text-[0.93rem] text-muted">
      <span className="min-w-0 flex-1 basis-60">
        {isTooLong
          ? 'The view of this figure is too long to be kept: hide fewer runs, or set less on its charts.'
          : 'What you have set on this figure is yours alone so far, in the address of this page.'}
      </span>
      <Button size="sm" variant="ghost" onClick={forget}>
        Set back
      </Button>
      <Button
        size="sm"
        disabled={isTooLong}
        onClick={() => {
          onKeep({ ...block, query: view });
          forget();
        }}
      >
        Keep these settings
      </Button>
    </p>
  );
}
