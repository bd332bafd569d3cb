import { ALERT_TITLES } from './alerts.ts';
import type { Evaluation, LogEvent, Place, TrainerEvent } from './events.ts';
import { LEVELS } from './metrics.ts';
import { describeProvenance } from './provenance.ts';

/** `update of iteration 3`: where in its work a trainer is. */
export function describePlace({ phase, iteration }: Place): string {
  if (phase === 'start') return 'start of the trainer';
  if (phase === 'warm start') return phase;
  if (phase !== 'evaluation') return `${phase} of iteration ${iteration}`;
  return iteration === 0 ? 'evaluation before iteration 1' : `evaluation after iteration ${iteration}`;
}

/** What an event says in the log of its run, on a page or in a terminal; null for events that are no news there. */
export function narrate(event: TrainerEvent): LogEvent | null {
  const line = (text: string, level: LogEvent['level'] = 'info'): LogEvent => ({ kind: 'log', level, text });
  switch (event.kind) {
    case 'iteration':
      return line(describeIteration(event.iteration, event.values));
    case 'evaluation':
      return line(describeEvaluation(event.evaluation));
    case 'checkpoint':
      return line(`checkpoint of iteration ${event.iteration}`);
    case 'provenance':
      return line(
        describeProvenance(event)
          .map(({ title, text }) => `${title.toLowerCase()}: ${text}`)
          .join('; '),
      );
    case 'resumed':
      return event.iteration > 0
        ? line(`going on from the checkpoint of iteration ${event.iteration}`)
        : null;
    case 'alert':
      return event.active
        ? line(`${event.text} ${event.advice}`, 'warning')
        : line(`over: ${ALERT_TITLES[event.alert]}`);
    default:
      return null;
  }
}

function describeIteration(iteration: number, values: Record<string, number | null>): string {
  if (values.endpointAnswers !== undefined) return describeAnswers(values);
  const { success, score, episodeLength, reward, boundaryShare, malformed, policyLoss, kl, trainingSeconds } =
    values;
  const seconds = ['rollout', 'teacher', 'credit', 'update'].reduce(
    (sum, part) => sum + (values[`${part}Seconds`] ?? 0),
    0,
  );
  const valueLosses = LEVELS.flatMap((level) => {
    const loss = values[`valueLoss.${level}`];
    return loss === undefined ? [] : [`${level} ${digits(loss)}`];
  });
  return [
    `iteration ${String(iteration).padStart(3)}`,
    `success ${percent(success)}`,
    ...(score === undefined ? [] : [`score ${percent(score)}`]),
    `length ${fixed(episodeLength)}`,
    `reward ${digits(reward)}`,
    `boundary ${percent(boundaryShare)}`,
    ...(malformed === undefined ? [] : [`malformed ${percent(malformed)}`]),
    // A run's first iterations may train only the critic.
    ...(policyLoss === undefined ? [] : [`policy loss ${digits(policyLoss)}`]),
    ...(valueLosses.length === 0 ? [] : [`value loss ${valueLosses.join(' ')}`]),
    ...(kl === undefined ? [] : [`KL ${digits(kl)}`]),
    `${seconds.toFixed(1)} s, ${fixed(trainingSeconds)} s in all`,
  ].join('  ');
}

/** What a model behind an endpoint has said, and what that took. */
function describeAnswers(values: Record<string, number | null>): string {
  const { endpointAnswers, endpointPromptTokens, endpointAnswerTokens, endpointFaults, malformed } = values;
  return [
    `${digits(endpointAnswers)} answers`,
    `malformed ${percent(malformed)}`,
    `valid actions ${percent(values.validActions)}`,
    `tokens ${endpointPromptTokens ?? '—'} asked, ${endpointAnswerTokens ?? '—'} answered`,
    `faults ${endpointFaults ?? 0}`,
    ...(values.endpointCost ? [`cost $${digits(values.endpointCost)}`] : []),
  ].join('  ');
}

function describeEvaluation(evaluation: Evaluation): string {
  const { split, iteration, stepLimit, successes, episodes, score, temperature } = evaluation;
  const scored = score === undefined ? '' : `, score ${percent(score).trim()}`;
  return `evaluation of iteration ${iteration} on ${split}: ${percent(successes / episodes)} of ${episodes}${scored} (${stepLimit} steps, T=${temperature})`;
}

type Value = number | null | undefined;

/** A share as `45.8%`, in columns; a dash for what was not measured or is no number. */
export function percent(share: Value): string {
  return share === null || share === undefined ? '     —' : `${(100 * share).toFixed(1).padStart(5)}%`;
}

/** One decimal. */
export function fixed(value: Value): string {
  return value === null || value === undefined ? '—' : value.toFixed(1);
}

function digits(value: Value): string {
  return value === null || value === undefined ? '—' : String(Number(value.toPrecision(3)));
}
