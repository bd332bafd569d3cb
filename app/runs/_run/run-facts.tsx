import { latestEvaluation, successRate } from '../../../server/contract/evaluations.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { formatCompact, formatSeconds, formatShare, MISSING } from '../../_charts/format.ts';
import { lastValue } from '../../_charts/line-series.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { wilson } from '../../compare/proportion.ts';
import { Fact } from './fact.tsx';
import type { CurrentRun } from './run-model.ts';

/** The few numbers one looks for first. */
export function RunFacts({ run, config, live }: { run: CurrentRun; config: RunConfig; live: LiveRun }) {
  const { columns } = live.series;
  const success = run.lastSuccess;
  const evaluation = latestEvaluation(run.evaluations);
  const best = run.bestEvaluation;
  const rate = evaluation && wilson(evaluation.successes, evaluation.episodes);
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
      <Fact
        title="Training success"
        help="Share of the last iteration’s training episodes that were won, at the training temperature."
        value={formatShare(success)}
        detail={success === null ? '' : `last iteration, n = ${config.episodesPerIteration}`}
      />
      <Fact
        title="Evaluation"
        help="Success on the fixed list of held-out games at the last evaluation, with its 95 % Wilson interval; where several step limits are played, at the shortest."
        value={rate ? formatShare(rate.rate) : MISSING}
        detail={
          evaluation && rate
            ? `95 %: ${formatShare(rate.low, 0)} – ${formatShare(rate.high, 0)}, ${evaluation.split}, iteration ${evaluation.iteration}, n = ${evaluation.episodes}${
                evaluation.score === undefined ? '' : `; mean score ${formatShare(evaluation.score)}`
              }`
            : 'none yet'
        }
      />
      <Fact
        title="Best evaluation"
        help="Highest success of all evaluations of this run on the same games and step limit. Being the best of several, it flatters the run a little."
        value={best ? formatShare(successRate(best)) : MISSING}
        detail={best ? `${best.split}, iteration ${best.iteration}, n = ${best.episodes}` : 'none yet'}
      />
      <Fact
        title="Episodes"
        help="Training episodes played so far."
        value={formatCompact(lastValue(columns.episodes ?? []))}
        detail={`${config.episodesPerIteration} an iteration`}
      />
      <Fact
        title="Tokens"
        help="Tokens through the policy in training rollouts so far."
        value={formatCompact(lastValue(columns.tokens ?? []))}
        detail={run.facts ? describeParameters(run.facts) : ''}
      />
      <Fact
        title="Training time"
        help="Seconds of training so far: evaluation, warm start and pauses left out."
        value={formatSeconds(lastValue(columns.trainingSeconds ?? []))}
        detail={
          run.facts
            ? `${run.facts.engine}, ${run.facts.threads} thread${run.facts.threads === 1 ? '' : 's'}`
            : ''
        }
      />
    </dl>
  );
}

function describeParameters({ parameters, trainedParameters }: NonNullable<CurrentRun['facts']>): string {
  const trained = trainedParameters === undefined ? '' : `, ${formatCompact(trainedParameters)} trained`;
  return `${formatCompact(parameters)} parameters${trained}`;
}
