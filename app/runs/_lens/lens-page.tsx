'use client';
import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import { useEffect } from 'react';
import type { EpisodeBody } from '../../../server/contract/episode.ts';
import type { EpisodeDetail } from '../../../server/contract/episode-query.ts';
import { formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import { errorMessage } from '../../_trpc/error-message.ts';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import { EpisodeProblem } from '../_episodes/episode-problem.tsx';
import { describeOrigin, type EpisodePlace, episodeHref } from '../_episodes/episode-words.ts';
import { useEpisode } from '../_episodes/use-episode.ts';
import { CreditStrip } from './credit-strip.tsx';
import { GroupInspector } from './group-inspector.tsx';
import type { LensResult } from './lens-credit.ts';
import { comparedLevels, compareSides, type LevelDifference } from './lens-difference.ts';
import { storedHeads } from './lens-material.ts';
import { makeSide, otherSide } from './lens-side.ts';
import { LensTable } from './lens-table.tsx';
import { SIDE_COLORS } from './side-colors.ts';
import { SidePanel } from './side-panel.tsx';
import { useLens } from './use-lens.ts';
import { useRollout } from './use-rollout.ts';
import { useLensView } from './view-state.ts';

/** The estimator lens on one stored episode; with a token, on what its share link shows. */
export function LensPage({ id, ...place }: EpisodePlace & { id: string }) {
  const { detail, body, error } = useEpisode(place, id);
  const name = detail?.run.name;
  useEffect(() => {
    if (name) document.title = `Lens on ${id} of ${name} · HiPER Lab`;
  }, [id, name]);
  if (error) return <EpisodeProblem place={place} error={error} />;
  return (
    <article className="flex flex-col gap-3">
      <header className="flex flex-col gap-1">
        <Link
          href={episodeHref(place, id)}
          className="inline-flex items-center gap-1 self-start text-[0.93rem] text-accent hover:underline"
        >
          <ArrowLeft aria-hidden className="size-4" />
          Episode {id}
        </Link>
        <h1 className="text-xl font-semibold">Estimator lens</h1>
        <p className="max-w-prose text-muted">
          Where two estimators put the credit of one episode
          {detail && ` (${describeOrigin(detail.summary)} of ${detail.run.name})`}, recomputed here from what
          the run stored, with the functions it was trained by.
        </p>
      </header>
      {!detail || !body ? (
        <div role="status" aria-label="Loading" className="flex flex-col gap-3">
          <Skeleton className="h-36" />
          <Skeleton className="h-[50vh]" />
        </div>
      ) : body.credit ? (
        <Lens key={id} place={place} detail={detail} body={body} />
      ) : (
        <EmptyState title="Nothing was learned from this episode">
          It was played to measure the policy, so no values are stored with it. Rollouts have them.
        </EmptyState>
      )}
    </article>
  );
}

function Lens({ place, detail, body }: { place: EpisodePlace; detail: EpisodeDetail; body: EpisodeBody }) {
  const [view, setView] = useLensView();
  const { config } = detail.run;
  const a = view.a ?? makeSide(config.estimator);
  const b = view.b ?? otherSide(config);
  const { material, episodes, error } = useRollout(place, detail);
  const { answer, isStale } = useLens(material, [a, b]);
  if (error) return <ErrorState title="The rollout did not load" message={errorMessage(error)} />;
  const heads = storedHeads(body.turns);
  const [ofA = null, ofB = null] = answer?.results ?? [];
  const levels = comparedLevels(a.estimator, b.estimator);
  const found = compareSides(creditOf(ofA), creditOf(ofB), levels, body.turns, view.scale);
  const title = ({ level }: LevelDifference) =>
    levels.length === 1 ? 'all of a turn' : LEVEL_STYLES[level].label;
  const shared = { config, heads };
  return (
    <>
      <div className="grid gap-3 md:grid-cols-2">
        <SidePanel
          {...shared}
          name="A"
          color={SIDE_COLORS.a}
          side={a}
          result={ofA}
          onChange={(side) => void setView({ a: side })}
        />
        <SidePanel
          {...shared}
          name="B"
          color={SIDE_COLORS.b}
          side={b}
          result={ofB}
          onChange={(side) => void setView({ b: side })}
        />
      </div>
      <div
        aria-busy={isStale || answer === null}
        className={`flex min-w-0 flex-col gap-3 transition-opacity ${isStale ? 'opacity-60' : ''}`}
      >
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-[0.93rem]">
          <Select
            label="Advantages"
            size="sm"
            value={view.scale}
            onChange={(scale) => void setView({ scale })}
            options={[
              { value: 'raw', label: 'Before normalisation', description: 'In the unit of rewards.' },
              { value: 'normalized', label: 'Normalised', description: 'As an update would use them.' },
            ]}
          />
          {found.map((entry) => (
            <DifferenceLine key={entry.level} found={entry} title={title(entry)} />
          ))}
        </div>
        {found.map((entry) => (
          <CreditStrip key={entry.level} found={entry} title={title(entry)} />
        ))}
        <Panel flush>
          <LensTable
            turns={body.turns}
            found={found}
            title={title}
            turnHref={(turn) => `${episodeHref(place, detail.summary.id)}#turn-${turn + 1}`}
          />
        </Panel>
      </div>
      {answer && (
        <GroupInspector
          groups={answer.groups}
          own={detail.summary}
          episodes={episodes}
          config={config}
          place={place}
        />
      )}
    </>
  );
}

function DifferenceLine({ found, title }: { found: LevelDifference; title: string }) {
  const { sum, turns, opposed } = found;
  if (turns === 0) return <span className="text-muted">{title}: no turn has both</span>;
  return (
    <span className="text-muted">
      {title}: <b className="font-medium text-ink">Σ|B − A| {formatValue(sum, 'reward')}</b>, opposite signs
      on {opposed} of {turns} turns
    </span>
  );
}

function creditOf(result: LensResult | null) {
  return result && !('problem' in result) ? result : null;
}
