'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { EpisodeBody } from '../../../server/contract/episode.ts';
import { classes } from '../../_ui/classes.ts';
import type { AlignedRow } from './align-turns.ts';
import { LongText } from './folded.tsx';
import { type Segment, segmentsOf } from './segments.ts';
import type { Shading } from './token-shades.ts';
import { TurnCard } from './turn-card.tsx';
import { creditedLevels } from './turn-credit.tsx';

/** An episode as a column of the conversation. */
export interface ReplaySide {
  id: string;
  title: string;
  body: EpisodeBody;
  /** Address of its own page; '' for the one it is on. */
  href: string;
}

/** The turns of one episode, or of two side by side; only those in sight are drawn. */
export function TurnList({
  sides,
  rows,
  place,
  jump,
  shading,
  showsTokens,
}: {
  sides: readonly ReplaySide[];
  /** Which turns stand side by side. */
  rows: readonly AlignedRow[];
  /** The turn of the first side that one is on. */
  place: number;
  /** Changes when the turn `place` is to be scrolled to. */
  jump: number;
  shading: Shading;
  showsTokens: boolean;
}) {
  const box = useRef<HTMLElement>(null);
  const columns = useMemo(
    () =>
      sides.map((side) => ({
        ...side,
        levels: creditedLevels(side.body.turns),
        segments: segmentsByTurn(side.body),
      })),
    [sides],
  );
  // One row more: what the environment said at the end.
  const count = rows.length + 1;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => 220,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a jump is what asks to scroll
  useEffect(() => {
    if (jump > 0)
      virtualizer.scrollToIndex(
        Math.max(
          0,
          rows.findIndex(({ a }) => a === place),
        ),
        { align: 'start' },
      );
  }, [jump]);
  return (
    <section
      ref={box}
      aria-label="Turns"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="h-[max(24rem,calc(100dvh-24rem))] overflow-auto rounded-lg border border-line bg-surface"
    >
      {sides.length > 1 && (
        <div className="sticky top-0 z-10 flex min-w-[44rem] border-b border-line bg-surface font-medium">
          {sides.map(({ id, title }) => (
            <h2 key={id} className="min-w-0 flex-1 truncate px-3 py-1.5">
              {title}
            </h2>
          ))}
        </div>
      )}
      <div
        className={classes('relative w-full', sides.length > 1 && 'min-w-[44rem]')}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map((item) => (
          <div
            key={item.key}
            data-index={item.index}
            ref={virtualizer.measureElement}
            className="absolute top-0 left-0 w-full"
            style={{ transform: `translateY(${item.start}px)` }}
          >
            <RowMark row={rows[item.index]} />
            <div className="flex">
              {columns.map(({ id, body, href, levels, segments }, column) => {
                const row = rows[item.index];
                const at = (column === 0 ? row?.a : row?.b) ?? null;
                const turn = at === null ? undefined : body.turns[at];
                return (
                  <div
                    key={id}
                    className={classes(
                      'min-w-0 flex-1',
                      columns.length > 1 && 'border-r border-line last:border-r-0',
                    )}
                  >
                    {turn && at !== null && (
                      <SegmentBand segment={segments[at]} place={at}>
                        <TurnCard
                          key={String(showsTokens)}
                          turn={turn}
                          place={at}
                          href={`${href}#turn-${at + 1}`}
                          commands={body.commands}
                          levels={levels}
                          shading={shading}
                          showsTokens={showsTokens}
                          isCurrent={row?.a === place}
                        />
                      </SegmentBand>
                    )}
                    {!row && <Ending body={body} />}
                  </div>
                );
              })}
            </div>
          </div>
        ))}
      </div>
    </section>
  );
}

/** Where two episodes go different ways, and where they are in the same state again. */
function RowMark({ row }: { row: AlignedRow | undefined }) {
  if (row?.mark === 'part')
    return (
      <p className="bg-warning-soft px-3 py-1 text-center font-medium text-warning">
        {row.isSame ? 'They part here: the same is seen, something else done' : 'They part here'}
      </p>
    );
  if (row?.mark === 'meet' || row?.mark === 'touch')
    return (
      <p className="bg-good-soft px-3 py-1 text-center font-medium text-good">
        {row.mark === 'meet'
          ? 'They meet again: the same is seen'
          : 'They meet for a turn: the same is seen, something else done'}
      </p>
    );
  return null;
}

/** The segment of each turn, with its number. */
function segmentsByTurn({ turns }: EpisodeBody): ({ number: number } & Segment)[] {
  return segmentsOf(turns).flatMap((segment, index) =>
    new Array<{ number: number } & Segment>(segment.last - segment.first + 1).fill({
      ...segment,
      number: index + 1,
    }),
  );
}

/** A coloured edge along the turns of a segment; its sub-goal stands over the first. */
function SegmentBand({
  segment,
  place,
  children,
}: {
  segment: ({ number: number } & Segment) | undefined;
  place: number;
  children: React.ReactNode;
}) {
  if (!segment) return children;
  const { number, first, last, subgoal } = segment;
  return (
    <div
      className={classes('border-l-4', number % 2 === 1 ? 'border-level-high/80' : 'border-level-high/40')}
    >
      {place === first && (
        <p className="flex flex-wrap items-baseline gap-x-2 bg-level-high/10 px-3 py-1 text-[0.93rem]">
          <span className="font-semibold text-level-high">Segment {number}</span>
          <span className="font-medium">{subgoal || 'no sub-goal that can be read'}</span>
          <span className="text-muted">
            {first === last ? `turn ${first + 1}` : `turns ${first + 1} to ${last + 1}`}
          </span>
        </p>
      )}
      {children}
    </div>
  );
}

function Ending({ body }: { body: EpisodeBody }) {
  const wasCut = body.turns.at(-1)?.done === false;
  return (
    <div className="flex flex-col gap-1 px-3 py-3 pl-14">
      <LongText text={body.ending} />
      <p className="text-muted">
        {wasCut ? 'Cut off here: there was no room for another turn.' : 'The episode ended here.'}
      </p>
    </div>
  );
}
