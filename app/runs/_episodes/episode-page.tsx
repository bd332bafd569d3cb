'use client';
import { ArrowLeft, ChevronLeft, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo } from 'react';
import type { BatchCredit, EpisodeBody } from '../../../server/contract/episode.ts';
import type { EpisodeDetail } from '../../../server/contract/episode-query.ts';
import { formatValue } from '../../_charts/format.ts';
import { taskTypeTitle } from '../../_charts/task-types.ts';
import { useKeys } from '../../_keys/use-keys.ts';
import { ShareButton } from '../../_share/share-button.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { ButtonLink } from '../../_ui/button.tsx';
import { awaitContent, useContentShown } from '../../_ui/later.ts';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { EpisodeProblem } from './episode-problem.tsx';
import { Outcome } from './episode-table.tsx';
import { describeOrigin, type EpisodePlace, episodeHref, lensHref, runHref } from './episode-words.ts';
import { episodesHref } from './list-state.ts';
import { Replay } from './replay.tsx';
import { useReplayView } from './replay-state.ts';
import type { ReplaySide } from './turn-list.tsx';
import { useEpisode } from './use-episode.ts';

awaitContent();

/** The page of one episode; with a token, what its share link shows. */
export function EpisodePage({ id, ...place }: EpisodePlace & { id: string }) {
  const { runId, token } = place;
  const [view] = useReplayView();
  const own = useEpisode(place, id);
  const beside = view.with === id ? null : view.with;
  const other = useEpisode(place, beside);
  const { detail, body } = own;
  const side = useMemo(() => detail && body && sideOf(detail, body, ''), [detail, body]);
  const otherSide = useMemo(
    () =>
      other.detail && other.body
        ? sideOf(other.detail, other.body, episodeHref({ runId, token }, other.detail.summary.id))
        : null,
    [other.detail, other.body, runId, token],
  );
  const name = detail?.run.name;
  useEffect(() => {
    if (name) document.title = `Episode ${id} of ${name} · HiPER Lab`;
  }, [id, name]);

  const { error } = own;
  useContentShown(Boolean(error || side));
  if (error) return <EpisodeProblem place={place} error={error} />;
  if (!detail || !side)
    return (
      <div role="status" aria-label="Loading" className="flex flex-col gap-4">
        <Skeleton className="h-14" />
        <Skeleton className="h-[60vh]" />
      </div>
    );
  return (
    <article className="flex flex-col gap-3">
      <EpisodeHeader detail={detail} place={place} />
      {body?.credit && <GroupLine group={body.credit.group} />}
      <Replay
        key={id}
        detail={detail}
        side={side}
        other={beside ? otherSide : null}
        otherProblem={beside && other.error ? errorMessage(other.error) : ''}
      />
    </article>
  );
}

function sideOf({ summary }: EpisodeDetail, body: EpisodeBody, href: string): ReplaySide {
  return { id: summary.id, title: `${summary.id}, ${describeOrigin(summary)}`, body, href };
}

function EpisodeHeader({ detail, place }: { detail: EpisodeDetail; place: EpisodePlace }) {
  const { summary, run } = detail;
  const { iteration, won, length, reward, switches, gameId, taskType, reasons } = summary;
  const router = useRouter();
  const go = (to: string | null) => () => {
    if (to !== null) router.push(episodeHref(place, to));
  };
  useKeys({ '[': go(detail.previous), ']': go(detail.next) });
  return (
    <header className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-x-1.5 text-[0.93rem]">
        {!detail.isAlone && (
          <Link
            href={episodesHref(runHref(place), iteration)}
            className="inline-flex items-center gap-1 text-accent hover:underline"
          >
            <ArrowLeft aria-hidden className="size-4" />
            Episodes of iteration {iteration}
          </Link>
        )}
        <span className="text-muted">of {run.name}</span>
      </p>
      <div className="flex flex-wrap items-center gap-2.5">
        <h1 className="text-xl font-semibold">Episode {summary.id}</h1>
        <Outcome won={won} />
        <nav
          aria-label={`Episodes of the ${describeOrigin(summary)}`}
          data-actions
          className="ml-auto flex flex-wrap gap-1"
        >
          {/* The lens needs the rollout around it. */}
          {!summary.evaluation && !detail.isAlone && (
            <ButtonLink size="sm" href={lensHref(place, summary.id)}>
              Estimator lens
            </ButtonLink>
          )}
          {detail.previous && (
            <ButtonLink
              size="sm"
              href={episodeHref(place, detail.previous)}
              icon={<ChevronLeft aria-hidden className="size-4" />}
            >
              {detail.previous}
            </ButtonLink>
          )}
          {detail.next && (
            <ButtonLink size="sm" href={episodeHref(place, detail.next)}>
              {detail.next}
              <ChevronRight aria-hidden className="size-4" />
            </ButtonLink>
          )}
          {place.token === undefined && (
            <ShareButton
              kind="episode"
              runIds={[]}
              episode={{ runId: run.id, id: summary.id }}
              title={`Episode ${summary.id} of ${run.name}`}
              size="sm"
            />
          )}
        </nav>
      </div>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[0.93rem] text-muted">
        <li>{describeOrigin(summary)}</li>
        <li>{taskTypeTitle(taskType)}</li>
        <li>
          game <span className="wrap-anywhere text-ink">{gameId}</span>
        </li>
        <Fact name="turns" value={String(length)} />
        <Fact name="reward" value={formatValue(reward, 'reward')} />
        {switches !== null && <Fact name="switched" value={`${switches} times`} />}
        <Fact name="stored as" value={reasons.join(', ')} />
      </ul>
    </header>
  );
}

/** What the other episodes of its game brought, where an estimator compares them. */
function GroupLine({ group }: { group: BatchCredit['group'] }) {
  const { rewards, place } = group;
  if (rewards.length === 1) return null;
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  const isEven = rewards.every((reward) => reward === rewards[0]);
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 text-[0.93rem] text-muted">
      <span>{rewards.length} episodes of this game, rewards</span>
      {rewards.map((reward, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a group keeps its order
          key={index}
          className={index === place ? 'font-semibold text-ink underline underline-offset-4' : undefined}
        >
          {formatValue(reward, 'reward')}
        </span>
      ))}
      <span>
        mean {formatValue(mean, 'reward')}
        {isEven && ': all alike, so that comparing them teaches nothing'}
      </span>
    </p>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <li>
      {name} <b className="font-medium text-ink">{value}</b>
    </li>
  );
}
