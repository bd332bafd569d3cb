'use client';
import dynamic from 'next/dynamic';
import type { VarianceReport } from '../../../server/contract/variance.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { Badge } from '../../_ui/badge.tsx';
import { later, useContentShown } from '../../_ui/later.ts';
import { type TabItem, Tabs } from '../../_ui/tabs.tsx';
import { AlertsPanel } from './alerts-panel.tsx';
import { EndpointFacts } from './endpoint-facts.tsx';
import { FailurePanel } from './failure-panel.tsx';
import { FiguresPanel } from './figures-panel.tsx';
import { ForeignRunFacts } from './foreign-facts.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunHeader } from './run-header.tsx';
import { type CurrentRun, currentRun, type KnownRun } from './run-model.ts';
import { RunProgress } from './run-progress.tsx';
import {
  CheckpointsPanel,
  ConfigTable,
  EndpointFigures,
  EpisodesPanel,
  HistoryPanel,
  LogPanel,
  NoteEditor,
  ParamsTable,
  ProvenancePanel,
  TrainingPanel,
  VariancePanel,
  VarianceReportView,
} from './tab-panels.tsx';
import { type RunTab, useRunView } from './view-state.ts';

const RunControls = dynamic(
  later(() => import('./run-controls.tsx').then((module) => module.RunControls)),
  { loading: () => <span aria-hidden className="h-8 w-60" /> },
);

/** What only the trainer here has to say. */
const NATIVE_TABS: readonly RunTab[] = ['training', 'episodes', 'variance', 'checkpoints', 'logs'];

/**
 * The whole run page from what the API said (`run`) and what has arrived live. `shared` is what a share link shows: no controls,
 * logs, note and history, and the variance as it was measured.
 */
export function RunView({
  run: known,
  live,
  shared,
}: {
  run: KnownRun;
  live: LiveRun;
  shared?: { token: string; variance: VarianceReport | null; episodes: boolean };
}) {
  useContentShown(live.status !== 'loading' || live.series.iterations.length > 0);
  const [view, setView] = useRunView();
  const run = currentRun(known, live);
  const isTrained = run.config?.policy !== 'endpoint';
  const problems = live.logs.filter(({ level }) => level !== 'info').length;
  const items: TabItem<RunTab>[] = [
    {
      value: 'figures',
      label: 'Figures',
      content: isTrained ? (
        <FiguresPanel
          run={run}
          live={live}
          view={view}
          setView={setView}
          {...{ shareToken: shared?.token, linksEpisodes: shared?.episodes ?? true }}
        />
      ) : (
        <EndpointFigures run={run} live={live} view={view} setView={setView} />
      ),
    },
    {
      value: 'training',
      label: 'Over training',
      content: <TrainingPanel run={run} live={live} token={shared?.token} />,
    },
    {
      value: 'episodes',
      label: 'Episodes',
      content: <EpisodesPanel run={run} live={live} token={shared?.token} />,
    },
    {
      value: 'variance',
      label: 'Variance',
      content: shared
        ? shared.variance && <VarianceReportView report={shared.variance} view={view} setView={setView} />
        : run.config && <VariancePanel run={run} config={run.config} view={view} setView={setView} />,
    },
    {
      value: 'checkpoints',
      label: 'Checkpoints',
      content: <CheckpointsPanel run={run} />,
    },
    {
      value: 'logs',
      label: (
        <span className="inline-flex items-center gap-1.5">
          Logs {problems > 0 && <Badge tone="warning">{problems}</Badge>}
        </span>
      ),
      content: <LogPanel live={live} view={view} setView={setView} linksSteps={isTrained} />,
    },
    {
      value: 'config',
      label: run.config ? 'Configuration' : 'Params',
      content: run.config ? (
        <div className="flex flex-col gap-4">
          <ProvenancePanel entries={run.provenance ?? []} />
          <ConfigTable config={run.config} view={view} setView={setView} />
        </div>
      ) : (
        run.foreign && <ParamsTable runId={shared ? null : run.id} foreign={run.foreign} />
      ),
    },
    {
      value: 'history',
      label: 'Note and history',
      content: (
        <div className="grid items-start gap-3 lg:grid-cols-2">
          <NoteEditor runId={run.id} note={run.note ?? ''} />
          <HistoryPanel runId={run.id} transitions={run.transitions ?? []} actions={run.actions ?? []} />
        </div>
      ),
    },
  ];
  const isShared: Record<RunTab, boolean> = {
    figures: true,
    training: shared?.episodes ?? true,
    episodes: shared?.episodes ?? true,
    variance: Boolean(shared?.variance),
    checkpoints: false,
    logs: false,
    config: true,
    history: false,
  };
  const readOnly = shared !== undefined;
  // Of another trainer's run there are curves, and what it says of itself.
  const isThere = ({ value }: TabItem<RunTab>) =>
    (!readOnly || isShared[value]) &&
    (isTrained || !['training', 'variance'].includes(value)) &&
    (run.config !== null || !NATIVE_TABS.includes(value));
  const shown = items.filter(isThere);
  return (
    <article className="flex flex-col gap-4" data-run-state={run.state}>
      <RunHeader run={run} readOnly={readOnly} controls={readOnly ? null : <RunControls run={run} />} />
      <section
        aria-label="Progress"
        className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-3"
      >
        <RunProgress run={run} live={live} />
        <Facts run={run} live={live} />
      </section>
      {run.state === 'failed' && <FailurePanel run={run} live={live} readOnly={readOnly} />}
      <AlertsPanel alerts={run.alerts} />
      <Tabs
        label="Parts of the run page"
        value={shown.some(({ value }) => value === view.tab) ? view.tab : 'figures'}
        onChange={(tab) => void setView({ tab })}
        items={shown}
      />
    </article>
  );
}

function Facts({ run, live }: { run: CurrentRun; live: LiveRun }) {
  if (run.config === null) return <ForeignRunFacts run={run} live={live} />;
  if (run.config.policy === 'endpoint') return <EndpointFacts run={run} config={run.config} live={live} />;
  return <RunFacts run={run} config={run.config} live={live} />;
}
