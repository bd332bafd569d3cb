'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { LEVELS } from '../../../server/contract/metrics.ts';
import { formatCount } from '../../_charts/format.ts';
import { LineChart } from '../../_charts/line-chart.tsx';
import { runStyle } from '../../_charts/run-colors.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { useTRPC } from '../../_trpc/client.tsx';
import { errorMessage } from '../../_trpc/error-message.ts';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import type { EpisodePlace } from '../_episodes/episode-words.ts';
import { runFigures } from '../_run/run-figures.ts';
import type { CurrentRun } from '../_run/run-model.ts';
import { ExampleEpisodes } from './example-episodes.tsx';
import { columnOf, heatOf, placeColumns } from './heat.ts';
import { HeatMap } from './heat-map.tsx';
import { StepDistributions } from './step-distributions.tsx';
import { StepScrubber } from './step-scrubber.tsx';
import { SubgoalPanel } from './subgoal-panel.tsx';
import { useTrainingView } from './view-state.ts';

/** Curves that the step moves along, of those that the run has. */
const CURVES = ['Success rate', 'Advantage, spread', 'Explained variance', 'Segment length', 'Entropy', 'KL'];
/** How often a run that trains is asked anew; its sub-goals are megabytes to add up. */
const FRESH_MS = 15_000;
const FRESH_SUBGOALS_MS = 60_000;

/** One step of training at a time, with all around it: curves, distributions of the advantages, sub-goals and episodes. */
export function TrainingPanel({ run, live, token }: { run: CurrentRun; live: LiveRun; token?: string }) {
  const trpc = useTRPC();
  const place: EpisodePlace = { runId: run.id, token };
  const [view, setView] = useTrainingView();
  const refetchInterval = run.isActive ? FRESH_MS : false;
  const { data, error, refetch } = useQuery(trpc.training.overview.queryOptions(place, { refetchInterval }));
  const placed = useMemo(() => (data ? placeColumns(data) : []), [data]);
  const heats = useMemo(
    () =>
      LEVELS.flatMap((level) => {
        const heat = heatOf(placed, level);
        return heat ? [[level, heat] as const] : [];
      }),
    [placed],
  );
  const { color } = runStyle(run);
  const curves = useMemo(() => {
    const all = runFigures(run.config, live.series, run.evaluations, 'iteration', color);
    return CURVES.flatMap((title) => all.find((figure) => figure.title === title) ?? []).filter(
      ({ series }) => series.length > 0,
    );
  }, [run.config, live.series, run.evaluations, color]);

  if (error) return <ErrorState message={errorMessage(error)} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton className="h-96" />;
  if (data.last === 0)
    return <EmptyState title="No iteration yet">The first one brings the first distributions.</EmptyState>;
  const { last, bin, counted, stored } = data;
  const at = Math.min(last, Math.max(1, view.at ?? last));
  const column = columnOf(at, bin);
  const span = (index: number) => ({ from: index * bin + 1, to: Math.min(last, (index + 1) * bin) });
  const describe = (index: number) => {
    const { from, to } = span(index);
    return from === to ? `Iteration ${to}` : `Iterations ${from} to ${to}`;
  };
  const goTo = (wanted: number | null) => void setView({ at: wanted });
  return (
    <div className="flex flex-col gap-4">
      <StepScrubber at={at} last={last} isFollowing={view.at === null} onStep={goTo} />
      <section aria-label="Curves" className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
        {curves.map((figure) => (
          <LineChart
            key={figure.title}
            title={figure.title}
            definition={figure.definitions[0]?.text}
            unit={figure.unit}
            series={figure.series}
            bands={figure.bands}
            xKey="iteration"
            sync={`training ${run.id}`}
            yRange={figure.yRange}
            height={130}
            fileStem={run.name}
            mark={at}
            onMark={(x) => goTo(Math.min(last, Math.max(1, Math.round(x))))}
          />
        ))}
      </section>
      {counted === 0 ? (
        <EmptyState title="Distributions were not counted">
          This run was trained by a version that did not count them, and it stored no training episodes.
        </EmptyState>
      ) : (
        <>
          <Panel title="Advantages by level">
            <p className="mb-3 text-[0.9rem] text-muted">
              {stored === null
                ? 'Before normalisation, of every decision of all training episodes'
                : `Before normalisation, of every decision of ${formatCount(stored)} stored episodes`}
              ; upwards the values, to the right{' '}
              {bin === 1 ? 'the iterations' : `the iterations, ${bin} a column`}. Deeper: more of the
              decisions; the line is their mean. Click to go there.
              {counted < last && ` Counted were ${counted} of ${last} iterations.`}
              {stored !== null &&
                ' This run was trained by a version that did not count its episodes. Those that it stored were chosen to be read (the best, the worst, some of each task type), so they are no fair sample of the others.'}
            </p>
            <div className="grid gap-x-6 gap-y-4 lg:grid-cols-2 xl:grid-cols-3">
              {heats.map(([level, heat]) => (
                <HeatMap
                  key={level}
                  level={level}
                  heat={heat}
                  column={column}
                  describe={describe}
                  onColumn={(index) => goTo(span(index).to)}
                />
              ))}
            </div>
          </Panel>
          <Panel title={`${describe(column)}, and all of training as a line`}>
            <StepDistributions
              title={describe(column)}
              column={placed[column]}
              heats={heats.map(([level, heat]) => [level, heat])}
            />
          </Panel>
        </>
      )}
      {run.config?.recordedEpisodes !== 0 && <ExampleEpisodes place={place} at={at} />}
      {counted > 0 && stored === null && run.config?.format === 'plan-execute' && (
        <SubgoalPanel
          place={place}
          view={view}
          setView={setView}
          step={span(column)}
          live={run.isActive && FRESH_SUBGOALS_MS}
        />
      )}
    </div>
  );
}
