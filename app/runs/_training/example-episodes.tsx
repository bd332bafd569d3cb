'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { formatCount, formatValue } from '../../_charts/format.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { Table, Td, Th } from '../../_ui/table.tsx';
import { useSettled } from '../../_ui/use-settled.ts';
import { Outcome } from '../_episodes/episode-table.tsx';
import { type EpisodePlace, episodeHref, runHref } from '../_episodes/episode-words.ts';
import { episodesHref } from '../_episodes/list-state.ts';

/** Rows before "all of them". */
const SHOWN = 8;

/** The stored episodes of an iteration, or of the nearest before it that has some. */
export function ExampleEpisodes({ place, at }: { place: EpisodePlace; at: number }) {
  const trpc = useTRPC();
  const wanted = useSettled(at, 150);
  const filter = { evaluation: false, toIteration: wanted };
  const { data, error, refetch } = useQuery(
    trpc.episodes.list.queryOptions({ ...place, filter }, { placeholderData: keepPreviousData }),
  );
  if (error) return <ErrorState message={errorMessage(error)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-40" />;
  const iteration = data.episodes[0]?.iteration;
  const own = data.episodes.filter((episode) => episode.iteration === iteration);
  const title =
    iteration === undefined
      ? 'Example episodes'
      : `Episodes of iteration ${iteration}${iteration < wanted ? `, the nearest stored up to ${wanted}` : ''}`;
  return (
    <Panel
      flush
      title={title}
      actions={
        iteration !== undefined && (
          <Link href={episodesHref(runHref(place), iteration)} className="text-accent hover:underline">
            {own.length > SHOWN ? `All ${own.length}` : 'In the list'}
          </Link>
        )
      }
    >
      {own.length === 0 ? (
        <p className="p-3 text-muted">No episode of this or an earlier iteration is stored.</p>
      ) : (
        <Table caption={`${title}, one a row`}>
          <thead>
            <tr>
              <Th>Episode</Th>
              <Th>Task</Th>
              <Th>Outcome</Th>
              <Th numeric>Turns</Th>
              <Th numeric>Reward</Th>
              <Th numeric>Switched</Th>
              <Th>Stored as</Th>
            </tr>
          </thead>
          <tbody>
            {own.slice(0, SHOWN).map(({ id, taskType, won, length, reward, switches, reasons }) => (
              <tr key={id}>
                <Th scope="row">
                  <Link href={episodeHref(place, id)} className="text-accent hover:underline">
                    {id}
                  </Link>
                </Th>
                <Td className="whitespace-nowrap">{taskTypeTitle(taskType)}</Td>
                <Td>
                  <Outcome won={won} />
                </Td>
                <Td numeric>{formatCount(length)}</Td>
                <Td numeric>{formatValue(reward, 'reward')}</Td>
                <Td numeric>{formatCount(switches)}</Td>
                <Td className="text-muted">{reasons.join(', ')}</Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}
