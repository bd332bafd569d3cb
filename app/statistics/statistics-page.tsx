'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useQueryStates } from 'nuqs';
import { changeSettings, withoutPins } from '../_charts/chart-settings.ts';
import { ShareButton } from '../_share/share-button.tsx';
import { useTRPC } from '../_trpc/client.tsx';
import { errorMessage } from '../_trpc/error-message.ts';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { EmptyState } from '../_ui/empty-state.tsx';
import { ErrorState } from '../_ui/error-state.tsx';
import { awaitContent, useContentShown } from '../_ui/later.ts';
import { PageHeader } from '../_ui/page-header.tsx';
import { Select } from '../_ui/select.tsx';
import { Skeleton } from '../_ui/skeleton.tsx';
import { compareHref } from '../compare/compare-href.ts';
import { GroupingDialog } from '../compare/group-controls.tsx';
import { RunPicker } from '../compare/run-picker.tsx';
import { toggleId } from '../compare/toggle-id.ts';
import { EVALUATION_AXES, X_AXIS_TITLES } from '../compare/x-axis.ts';
import { METRIC_TITLES, PROTOCOL_FIELDS } from '../leaderboard/protocol.ts';
import { ProtocolPicker } from '../leaderboard/protocol-picker.tsx';
import { AddToReport } from '../reports/add-to-report.tsx';
import { chooseMetric, hasScores, SCORE_METRICS } from './score-metric.ts';
import { SeedInput } from './seed-input.tsx';
import { StatisticsBody } from './statistics-body.tsx';
import { REPETITIONS, statisticsParsers } from './view-state.ts';

awaitContent();

/** Statistics of chosen runs, or of all runs of a board. */
export function StatisticsPage() {
  const trpc = useTRPC();
  const [view, setView] = useQueryStates(statisticsParsers, { history: 'replace' });
  const protocol = Object.fromEntries(
    PROTOCOL_FIELDS.flatMap(({ field }) => (view[field] === null ? [] : [[field, view[field]]])),
  );
  const scores = useQuery(
    trpc.statistics.scores.queryOptions(
      { ...(view.runs.length > 0 && { runIds: view.runs }), protocol },
      { placeholderData: keepPreviousData },
    ),
  );
  const list = useQuery(trpc.runs.list.queryOptions());
  useContentShown(!scores.isPending);
  const toggle = (id: string) => void setView({ runs: toggleId(view.runs, id) });
  const { data } = scores;
  const { metric } = chooseMetric(data?.runs ?? [], view.metric);
  const missing = view.runs.length - (data?.runs.length ?? 0);

  return (
    <>
      <PageHeader
        title="Statistics"
        description={
          view.runs.length > 0
            ? 'What the chosen runs say about their methods, with the uncertainty that few seeds leave.'
            : 'What all finished runs of a board say about their methods, with the uncertainty that few seeds leave.'
        }
        actions={
          <>
            {view.runs.length > 0 && (
              <>
                <Button onClick={() => void setView({ runs: [] })}>All finished runs</Button>
                <ButtonLink href={compareHref(view.runs)}>Compare curves</ButtonLink>
              </>
            )}
            {scores.data?.protocol && (
              <>
                <AddToReport page="/statistics" />
                <ShareButton kind="statistics" runIds={[]} title="Statistics" />
              </>
            )}
            <RunPicker runs={list.data ?? []} chosen={view.runs} onToggle={toggle} />
          </>
        }
      />
      {scores.isPending ? (
        <div role="status" aria-label="Loading" className="flex flex-col gap-3">
          <Skeleton className="h-9" />
          <Skeleton className="h-56" />
        </div>
      ) : scores.isError ? (
        <ErrorState message={errorMessage(scores.error)} onRetry={() => scores.refetch()} />
      ) : scores.data.protocols.length === 0 ? (
        <EmptyState
          title={view.runs.length > 0 ? 'None of these runs was evaluated' : 'No run has finished yet'}
          actions={
            <ButtonLink href="/runs/new" variant="primary">
              New run
            </ButtonLink>
          }
        >
          Statistics are made of evaluations: the first one comes after the warm start. Several seeds of two
          methods are the least that says something.
        </EmptyState>
      ) : (
        <div className={scores.isPlaceholderData ? 'opacity-60 transition-opacity' : ''}>
          <ProtocolPicker
            protocols={scores.data.protocols}
            current={scores.data.protocol}
            onPick={(picked) => void setView(picked)}
          />
          <div className="mb-3 flex flex-wrap items-center gap-x-5 gap-y-2">
            <GroupingDialog
              configs={scores.data.runs.flatMap(({ config }) => config ?? [])}
              by={view.by}
              onBy={(by) => void setView({ by })}
            />
            <Select
              label="X axis"
              size="sm"
              value={view.x}
              onChange={(x) => void setView(({ charts }) => ({ x, charts: withoutPins(charts) }))}
              options={EVALUATION_AXES.map((value) => ({ value, label: X_AXIS_TITLES[value] }))}
            />
            {scores.data.runs.some(hasScores) && (
              <Select
                label="Of"
                size="sm"
                value={metric}
                onChange={(next) => void setView({ metric: next })}
                options={SCORE_METRICS.map((value) => ({ value, label: METRIC_TITLES[value] }))}
              />
            )}
            {metric === 'success' && (
              <Select
                label="Profile of"
                size="sm"
                value={view.profile}
                onChange={(profile) => void setView({ profile })}
                options={[
                  { value: 'runs', label: 'Runs', description: 'Every run on every task type counts.' },
                  { value: 'tasks', label: 'Task types', description: 'Means over the runs count.' },
                ]}
              />
            )}
            <Select
              label="Resamples"
              size="sm"
              value={view.resamples}
              onChange={(resamples) => void setView({ resamples })}
              options={REPETITIONS.map((value) => ({ value, label: Number(value).toLocaleString('en') }))}
            />
            <SeedInput value={view.seed} onChange={(seed) => void setView({ seed })} />
          </div>
          {view.runs.length > 0 && missing > 0 && (
            <p className="mb-3 rounded-md bg-warning-soft px-3 py-2 text-warning">
              {missing} of {view.runs.length} chosen runs {missing === 1 ? 'is' : 'are'} left out: not
              evaluated under this protocol, not here, or trained elsewhere and not put on this board (menu of
              the run’s page).
            </p>
          )}
          {scores.data.protocol ? (
            <StatisticsBody
              runs={scores.data.runs}
              view={{
                ...{
                  metric,
                  by: view.by,
                  seed: view.seed,
                  x: view.x,
                  profile: view.profile,
                  charts: view.charts,
                },
                repetitions: Number(view.resamples),
              }}
              onSettings={(id, changes) =>
                void setView(({ charts }) => ({ charts: changeSettings(charts, id, changes) }))
              }
            />
          ) : (
            <p className="mt-3 rounded-lg border border-line bg-surface p-6 text-center text-muted">
              No run was evaluated under the protocol in this address. Choose another above.
            </p>
          )}
        </div>
      )}
    </>
  );
}
