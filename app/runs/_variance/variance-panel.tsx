'use client';
import { GRADIENT_LEVELS } from '../../../server/contract/gradient-levels.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import type { VarianceReport } from '../../../server/contract/variance.ts';
import { formatCount, formatSeconds, formatShare, formatTime, withMinus } from '../../_charts/format.ts';
import { errorMessage } from '../../_trpc/error-message.ts';
import { EmptyState } from '../../_ui/empty-state.tsx';
import { ErrorState } from '../../_ui/error-state.tsx';
import { Hint } from '../../_ui/hint.tsx';
import { Panel } from '../../_ui/panel.tsx';
import { Select } from '../../_ui/select.tsx';
import { Skeleton } from '../../_ui/skeleton.tsx';
import type { CurrentRun } from '../_run/run-model.ts';
import type { RunViewState, SetRunViewState } from '../_run/view-state.ts';
import { FIGURE_STATISTICS } from './figure-statistics.ts';
import { MeasureForm, MeasureProgress } from './measure-controls.tsx';
import { levelStyle, STATISTIC_WORDS } from './statistics.ts';
import { useVariance } from './use-variance.ts';
import { VarianceFigure } from './variance-figure.tsx';
import { VarianceTable } from './variance-table.tsx';

interface ViewProps {
  view: RunViewState;
  setView: SetRunViewState;
}

/** Variance and bias of every estimator's gradient at the run's last checkpoint: measured on demand. */
export function VariancePanel({ run, config, ...view }: { run: CurrentRun; config: RunConfig } & ViewProps) {
  const { query, start, cancel } = useVariance(run.id);
  const { policy } = config;
  const measure = (options: { episodes: number }) => start.mutate({ id: run.id, options });
  const { report = null, measurement = null } = query.data ?? {};
  if (query.isPending) return <Skeleton className="h-64" />;
  const goesOn = measurement !== null && measurement.state !== 'failed';
  return (
    <div className="flex flex-col gap-4">
      {goesOn && !report && <p className="max-w-prose">{QUESTION}</p>}
      {goesOn && (
        <MeasureProgress
          measurement={measurement}
          busy={cancel.isPending}
          onCancel={() => cancel.mutate({ id: run.id })}
        />
      )}
      {measurement?.state === 'failed' && (
        <ErrorState
          title="The measurement failed"
          message={measurement.message}
          actions={
            <MeasureForm policy={policy} label="Measure again" busy={start.isPending} onMeasure={measure} />
          }
        />
      )}
      {query.error && (
        <ErrorState
          title="The last report did not load"
          message={errorMessage(query.error)}
          onRetry={() => void query.refetch()}
          actions={
            <MeasureForm policy={policy} label="Measure again" busy={start.isPending} onMeasure={measure} />
          }
        />
      )}
      {report && (
        <VarianceReportView
          report={report}
          {...view}
          again={
            !goesOn && (
              <MeasureForm policy={policy} label="Measure again" busy={start.isPending} onMeasure={measure} />
            )
          }
        />
      )}
      {!report && measurement === null && !query.error && (
        <EmptyState
          title="Not measured yet"
          actions={
            run.lastCheckpoint !== null && (
              <MeasureForm
                policy={policy}
                primary
                label="Measure"
                busy={start.isPending}
                onMeasure={measure}
              />
            )
          }
        >
          <p>{QUESTION}</p>
          {run.lastCheckpoint === null && (
            <p className="mt-2">It takes a checkpoint, so one finished iteration.</p>
          )}
        </EmptyState>
      )}
    </div>
  );
}

const QUESTION =
  'HiPER’s theorem says that hierarchical credit gives policy gradients of less variance than flat credit, and no bias if the value heads are exact. Here both are measured. The policy of the last checkpoint plays without learning, every estimator turns the very same episodes into gradients, and each is held against the plain Monte-Carlo gradient, which is noisy and has no bias.';

/** What was measured, as a figure and a table. `again` stands beside the choice of the statistic. */
export function VarianceReportView({
  report,
  view,
  setView,
  again,
}: { report: VarianceReport; again?: React.ReactNode } & ViewProps) {
  const words = STATISTIC_WORDS[view.statistic];
  const levels = GRADIENT_LEVELS.filter((level) => report.reference[level]);
  const level = levels.includes(view.gradient) ? view.gradient : 'all';
  return (
    <div className="flex flex-col gap-4">
      <section aria-label="What was measured" className="flex flex-col gap-2">
        <p className="max-w-prose">{QUESTION}</p>
        <Facts report={report} />
      </section>
      <Panel
        flush
        title={<Hint text={words.definition}>{words.title}</Hint>}
        actions={
          <>
            <Select
              label="Statistic"
              hideLabel
              size="sm"
              value={view.statistic}
              onChange={(statistic) => void setView({ statistic })}
              options={FIGURE_STATISTICS.map((value) => ({ value, label: STATISTIC_WORDS[value].title }))}
            />
            {again}
          </>
        }
      >
        <p className="border-b border-line px-3 py-2 text-muted">
          {words.better}. Dot: estimate from K = {report.options.subBatches} sub-batches; bar: 95 % jackknife
          interval; upright line: {words.mark}
          {words.scale === 'log' && ', logarithmic axis'}. Each column has its own axis.
        </p>
        <VarianceFigure report={report} statistic={view.statistic} />
      </Panel>
      <Panel
        flush
        title="All statistics"
        actions={
          <Select
            label="Level"
            size="sm"
            value={level}
            onChange={(gradient) => void setView({ gradient })}
            options={levels.map((value) => ({ value, label: levelStyle(value).label }))}
          />
        }
      >
        <VarianceTable report={report} level={level} />
      </Panel>
    </div>
  );
}

/** What the numbers are of. */
function Facts({ report }: { report: VarianceReport }) {
  const { options, heads, turns, successes } = report;
  const { episodes, groupSize, subBatches } = options;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[0.93rem] text-muted">
      <li>policy of iteration {report.iteration}</li>
      <li>
        {formatCount(episodes)} episodes: {formatCount(episodes / groupSize)} {report.games} {report.split}{' '}
        games × {groupSize}, T = {report.temperature}, {formatShare(successes / episodes)} won,{' '}
        {formatCount(turns)} turns
      </li>
      <li>
        {subBatches} sub-batches of {formatCount(episodes / subBatches)} episodes
      </li>
      <li>
        gradient of {options.weights === 'all' ? 'all weights' : 'the output layer'}, advantages{' '}
        {options.normalize ? 'normalised in each sub-batch' : 'not normalised'}
      </li>
      <li>reference: Monte-Carlo return, gamma {report.gamma}</li>
      <li>
        <Hint text="Share of the variance of the return that the value head explains on episodes it was not fitted on. The same heads serve all estimators and the reference.">
          value heads {heads[0]?.origin === 'run' ? 'of the run' : 'fitted on the other half of the episodes'}
        </Hint>
        , explained variance{' '}
        {heads
          .map(
            ({ level, explainedVariance }) =>
              `${level} ${explainedVariance === null ? '–' : withMinus(explainedVariance.toFixed(2))}`,
          )
          .join(', ')}
      </li>
      <li>
        measured {formatTime(report.measuredAt)} in {formatSeconds(report.seconds)}
      </li>
    </ul>
  );
}
