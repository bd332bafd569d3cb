'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Download } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { download } from '../../_charts/export.ts';
import { fileName } from '../../_charts/export-text.ts';
import { formatClock, formatCount } from '../../_charts/format.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { classes } from '../../_ui/classes.ts';
import { IconButton } from '../../_ui/icon-button.tsx';
import { SearchInput } from '../../_ui/input.tsx';
import { Select } from '../../_ui/select.tsx';
import { Switch } from '../../_ui/switch.tsx';
import { useTrainingView } from '../_training/view-state.ts';
import { filterLines, formatLogLine, plainText, splitAtIterations } from './log-lines.ts';
import { LOG_LEVELS, type RunViewState, type SetRunViewState } from './view-state.ts';

const LEVEL_TITLES = { all: 'All lines', warning: 'Warnings and errors', error: 'Errors' };
const LEVEL_CLASSES = { info: 'text-muted', warning: 'text-warning', error: 'text-danger' };

/** The tail of the trainer's log: only the lines in sight are drawn. Iterations that it names are links to that step of the training. */
export function LogPanel({
  live,
  view,
  setView,
  linksSteps,
}: {
  live: LiveRun;
  view: RunViewState;
  setView: SetRunViewState;
  linksSteps: boolean;
}) {
  const [, setTraining] = useTrainingView();
  const toStep = (at: number) => {
    void setView({ tab: 'training' });
    void setTraining({ at });
  };
  const [follow, setFollow] = useState(true);
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(
    () => filterLines(live.logs, view.level, view.find),
    [live.logs, view.level, view.find],
  );
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    getItemKey: (index) => lines[index]!.seq,
    overscan: 20,
  });

  const newest = lines.at(-1)?.seq;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is what asks to scroll
  useEffect(() => {
    if (follow && lines.length > 0) virtualizer.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [follow, newest]);

  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SearchInput
          label="Find in the log"
          value={view.find}
          onChange={(find) => void setView({ find })}
          className="w-64"
        />
        <Select
          label="Level"
          hideLabel
          size="sm"
          value={view.level}
          onChange={(level) => void setView({ level })}
          options={LOG_LEVELS.map((value) => ({ value, label: LEVEL_TITLES[value] }))}
        />
        <Switch checked={follow} onChange={setFollow}>
          Follow
        </Switch>
        <span className="ml-auto text-[0.9rem] text-muted">
          {lines.length === live.logs.length
            ? `${formatCount(lines.length)} lines`
            : `${formatCount(lines.length)} of ${formatCount(live.logs.length)} lines`}
        </span>
        <IconButton
          label="Download the lines shown"
          icon={<Download aria-hidden />}
          onClick={() =>
            download(`${fileName('log', live.runId)}.txt`, `${lines.map(formatLogLine).join('\n')}\n`)
          }
        />
      </div>
      <div
        ref={box}
        role="log"
        aria-label="Log of the trainer"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && setFollow(false)}
        onKeyDown={(event) => ['ArrowUp', 'PageUp', 'Home'].includes(event.key) && setFollow(false)}
        className="h-[28rem] overflow-auto rounded-lg border border-line bg-surface py-1 font-mono text-[0.86rem]"
      >
        {lines.length === 0 && (
          <p className="p-4 font-sans text-muted">
            {live.logs.length > 0
              ? 'No line fits the filter.'
              : live.status === 'loading'
                ? 'Loading …'
                : 'The trainer has not said anything yet.'}
          </p>
        )}
        <div className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const line = lines[item.index]!;
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="absolute top-0 left-0 flex w-full gap-3 px-3 leading-5 hover:bg-sunken"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <time className="shrink-0 text-muted">{formatClock(line.time)}</time>
                <span className={classes('w-14 shrink-0 max-sm:hidden', LEVEL_CLASSES[line.level])}>
                  {line.level}
                </span>
                <span
                  className={classes(
                    'min-w-0 break-words whitespace-pre-wrap',
                    line.level !== 'info' && LEVEL_CLASSES[line.level],
                  )}
                >
                  {linksSteps ? <StepLinks text={plainText(line)} onStep={toStep} /> : plainText(line)}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** A line's words; the iterations in them lead to that step. */
function StepLinks({ text, onStep }: { text: string; onStep: (iteration: number) => void }) {
  return splitAtIterations(text).map(({ text: words, iteration }, index) =>
    iteration === null ? (
      words
    ) : (
      <a
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a line never move
        key={index}
        href={`?tab=training&at=${iteration}`}
        className="rounded-sm text-accent hover:underline"
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          onStep(iteration);
        }}
      >
        {words}
      </a>
    ),
  );
}
