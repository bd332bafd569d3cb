'use client';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useKeys } from '../../_keys/use-keys.ts';
import { Button } from '../../_ui/button.tsx';
import { IconButton } from '../../_ui/icon-button.tsx';
import { Kbd } from '../../_ui/kbd.tsx';

/** One slider that moves all that a page shows of training: arrow keys, Page Up and Down, Home and End on it, `[` and `]` anywhere. */
export function StepScrubber({
  at,
  last,
  isFollowing,
  onStep,
}: {
  at: number;
  last: number;
  /** It goes along with the run. */
  isFollowing: boolean;
  /** Null: follow the run. */
  onStep: (at: number | null) => void;
}) {
  const go = (wanted: number) => onStep(Math.min(last, Math.max(1, wanted)));
  useKeys({ '[': () => go(at - 1), ']': () => go(at + 1) });
  return (
    <section
      aria-label="Training step"
      className="sticky top-12 z-20 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line bg-surface px-3 py-2 shadow-popup"
    >
      <span className="w-36 whitespace-nowrap">
        Iteration <b className="font-semibold">{at}</b> <span className="text-muted">of {last}</span>
      </span>
      <IconButton
        label="Iteration before"
        icon={<ChevronLeft aria-hidden />}
        disabled={at <= 1}
        onClick={() => go(at - 1)}
      />
      <input
        type="range"
        min={1}
        max={last}
        value={at}
        onChange={({ target }) => go(target.valueAsNumber)}
        aria-label="Iteration"
        aria-valuetext={`iteration ${at} of ${last}`}
        className="h-6 min-w-32 flex-1 accent-(--accent)"
      />
      <IconButton
        label="Iteration after"
        icon={<ChevronRight aria-hidden />}
        disabled={at >= last}
        onClick={() => go(at + 1)}
      />
      <Button size="sm" disabled={isFollowing} onClick={() => onStep(null)}>
        Latest
      </Button>
      <span className="text-[0.86rem] text-muted max-lg:hidden">
        <Kbd>[</Kbd> <Kbd>]</Kbd> step
      </span>
    </section>
  );
}
