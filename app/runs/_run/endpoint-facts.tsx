import { latestEvaluation } from '../../../server/contract/evaluations.ts';
import { METRICS } from '../../../server/contract/metrics.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';
import { formatCompact, formatCount, formatSeconds, formatShare, MISSING } from '../../_charts/format.ts';
import { lastValue } from '../../_charts/line-series.ts';
import type { LiveRun } from '../../_live/run-feed.ts';
import { wilson } from '../../compare/proportion.ts';
import { Fact } from './fact.tsx';
import type { CurrentRun } from './run-model.ts';

/** The few numbers one looks for first in a run behind an endpoint. */
export function EndpointFacts({ run, config, live }: { run: CurrentRun; config: RunConfig; live: LiveRun }) {
  const value = (key: string) => lastValue(live.series.columns[key] ?? []);
  const evaluation = latestEvaluation(run.evaluations);
  const rate = evaluation && wilson(evaluation.successes, evaluation.episodes);
  const { inputPrice, outputPrice } = config;
  const cost = value('endpointCost');
  const isPriced = inputPrice > 0 || outputPrice > 0;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
      <Fact
        title="Evaluation"
        help="Success on the fixed list of held-out games, with its 95 % Wilson interval; where several step limits are played, at the shortest. The model was not trained here."
        value={rate ? formatShare(rate.rate) : MISSING}
        detail={
          evaluation && rate
            ? `95 %: ${formatShare(rate.low, 0)} – ${formatShare(rate.high, 0)}, ${evaluation.split}, n\u00a0=\u00a0${evaluation.episodes}`
            : 'none yet'
        }
      />
      <Fact
        title="Malformed turns"
        help={definitionOf('malformed')}
        value={formatShare(value('malformed'))}
        detail={`${formatShare(value('validActions'))} valid actions`}
      />
      <Fact
        title="Answers"
        help={definitionOf('endpointAnswers')}
        value={formatCount(value('endpointAnswers'))}
        detail={`${formatCount(value('endpointFaults'))} asked again`}
      />
      <Fact
        title="Tokens"
        help="Tokens of all prompts and of all answers, as the endpoint counts them; not a number where it does not."
        value={formatCompact(value('endpointPromptTokens'))}
        detail={`and ${formatCompact(value('endpointAnswerTokens'))} answered`}
      />
      <Fact
        title="Cost"
        help={definitionOf('endpointCost')}
        value={isPriced && cost !== undefined && cost !== null ? `$${cost.toFixed(2)}` : MISSING}
        detail={isPriced ? `$${inputPrice} and $${outputPrice} a million` : 'no prices given'}
      />
      <Fact
        title="Time of an answer"
        help={definitionOf('endpointAnswerSeconds')}
        value={formatSeconds(value('endpointAnswerSeconds'))}
        detail={`${config.endpointParallel} at once`}
      />
    </dl>
  );
}

function definitionOf(key: string): string {
  return METRICS.find((metric) => metric.key === key)?.definition ?? '';
}
