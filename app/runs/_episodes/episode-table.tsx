'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { type ReactNode, useEffect, useRef } from 'react';
import type { EpisodeSummary } from '../../../server/contract/episode.ts';
import { formatCount, formatValue } from '../../_charts/format.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { Badge } from '../../_ui/badge.tsx';
import { classes } from '../../_ui/classes.ts';
import { useListKeys } from '../_list/use-list-keys.ts';
import { type EpisodePlace, episodeHref, originTitle } from './episode-words.ts';

const ROW_PX = 36;

interface Column {
  title: string;
  width: string;
  help: string;
  numeric?: boolean;
  cell: (episode: EpisodeSummary) => ReactNode;
}

const COLUMNS: readonly Column[] = [
  {
    title: 'Iteration',
    width: '5.5rem',
    help: 'Whose rollout it is of; of an evaluation, iterations of training behind the policy',
    numeric: true,
    cell: ({ iteration }) => formatCount(iteration),
  },
  { title: 'Played in', width: '8rem', help: 'A rollout, or an evaluation on this split', cell: originTitle },
  {
    title: 'Task',
    width: '10rem',
    help: 'Type of the task',
    cell: ({ taskType }) => taskTypeTitle(taskType),
  },
  {
    title: 'Outcome',
    width: '5.5rem',
    help: 'Whether the task was done',
    cell: ({ won }) => <Outcome won={won} />,
  },
  {
    title: 'Turns',
    width: '4.5rem',
    help: 'Turns played',
    numeric: true,
    cell: ({ length }) => formatCount(length),
  },
  {
    title: 'Reward',
    width: '5rem',
    help: 'Sum of the environment’s rewards',
    numeric: true,
    cell: ({ reward }) => formatValue(reward, 'reward'),
  },
  {
    title: 'Switched',
    width: '5.5rem',
    help: 'Turns that chose a sub-goal anew, the first one included',
    numeric: true,
    cell: ({ switches }) => formatCount(switches),
  },
  {
    title: 'Invalid',
    width: '5rem',
    help: 'Turns whose action was not admissible, or whose response broke its format',
    numeric: true,
    cell: ({ invalid, malformed }) => formatCount(Math.max(invalid, malformed)),
  },
  {
    title: 'Stored as',
    width: 'minmax(10rem,1fr)',
    help: 'Why this one was stored',
    cell: ({ reasons }) => <span className="truncate text-muted">{reasons.join(', ')}</span>,
  },
];

const TEMPLATE = `minmax(9.5rem,11rem) ${COLUMNS.map(({ width }) => width).join(' ')}`;

/** Episodes, one a line, only those in sight drawn; `j` and `k` move, Enter opens. */
export function EpisodeTable({
  episodes,
  total,
  place,
  onEnd,
}: {
  episodes: readonly EpisodeSummary[];
  /** All that there are; more are asked for by `onEnd` when the last of `episodes` comes into sight. */
  total: number;
  place: EpisodePlace;
  onEnd: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: episodes.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  const items = virtualizer.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? -1;
  const wantsMore = episodes.length < total && lastSeen >= episodes.length - 10;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when more has come and is in sight already
  useEffect(() => {
    if (wantsMore) onEnd();
  }, [wantsMore, episodes.length]);
  const cursor = useListKeys({
    ids: episodes.map(({ id }) => id),
    scrollTo: (index) => virtualizer.scrollToIndex(index),
  });
  return (
    <section
      ref={box}
      aria-label="Episodes"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-[max(20rem,calc(100dvh-22rem))] overflow-auto rounded-lg border border-line bg-surface text-[0.93rem]"
    >
      <table aria-rowcount={total + 1} className="grid min-w-[62rem]">
        <caption className="sr-only">Episodes, newest iteration first</caption>
        <thead className="sticky top-0 z-20 grid bg-surface">
          <tr
            className="grid h-9 items-center border-b border-line"
            style={{ gridTemplateColumns: TEMPLATE }}
          >
            <th className="sticky left-0 flex h-full items-center bg-surface px-3 text-left font-medium text-muted">
              Episode
            </th>
            {COLUMNS.map(({ title, help, numeric }) => (
              <th
                key={title}
                title={help}
                className={classes('px-2 font-medium text-muted', numeric ? 'text-right' : 'text-left')}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative grid" style={{ height: Math.max(virtualizer.getTotalSize(), ROW_PX) }}>
          {episodes.length === 0 && (
            <tr className="flex">
              <td className="px-3 py-2 text-muted">No episode fits the filter.</td>
            </tr>
          )}
          {items.map((item) => {
            const episode = episodes[item.index]!;
            return (
              <tr
                key={episode.id}
                aria-rowindex={item.index + 2}
                className={classes(
                  'group absolute grid w-full items-center border-b border-line hover:bg-sunken',
                  cursor === episode.id && 'shadow-[inset_3px_0_0_var(--accent)]',
                )}
                style={{
                  gridTemplateColumns: TEMPLATE,
                  height: ROW_PX,
                  transform: `translateY(${item.start}px)`,
                }}
              >
                <td className="sticky left-0 flex h-full min-w-0 items-center bg-surface px-3 group-hover:bg-sunken">
                  <Link
                    href={episodeHref(place, episode.id)}
                    data-run-link={episode.id}
                    className="truncate font-medium text-accent hover:underline"
                  >
                    {episode.id}
                  </Link>
                </td>
                {COLUMNS.map(({ title, numeric, cell }) => (
                  <td
                    key={title}
                    className={classes('truncate px-2 whitespace-nowrap', numeric && 'text-right')}
                  >
                    {cell(episode)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

export function Outcome({ won }: { won: boolean }) {
  return <Badge tone={won ? 'good' : 'neutral'}>{won ? 'won' : 'lost'}</Badge>;
}
