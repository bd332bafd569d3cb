import { AppError } from '../../../contract/error.ts';
import { METRICS } from '../../../contract/metrics.ts';
import type { HistoryPoint } from './alert-detectors.ts';

/** Thrown where training meets a number that is not finite; `reportNotFinite` makes a report of it. */
export class NotFinite extends Error {
  /** `what` is e.g. `the gradient norm of the policy`, `where` e.g. `mini-batch 2 of 5`. */
  constructor(what: string, value: number, where: string) {
    super(`${what} is ${value} (${where})`);
    this.name = 'NotFinite';
  }
}

/** Whether a number that is not finite was met: in training, or in drawing from the policy (`sampleAllowed`). */
export function isNotFinite(error: unknown): error is Error {
  return error instanceof NotFinite || (error instanceof AppError && error.code === 'not-finite');
}

/** Metrics that tell how it came to that. */
const TELLING =
  /^(success|boundaryShare|kl|policyLoss|gradientNorm|learningRate|entropy|valueLoss|advantageStd)/;

/**
 * The end of a run, for people: what was not finite and when, the last metrics, and which checkpoint is kept. Iteration 0 is
 * the warm start, checkpoint 0 none.
 */
export function reportNotFinite(
  error: Error,
  at: { iteration: number; last: HistoryPoint | undefined; checkpoint: number },
): AppError {
  const { iteration, last, checkpoint } = at;
  const metrics = METRICS.flatMap(({ key, title }) => {
    const value = last?.values[key];
    return TELLING.test(key) && typeof value === 'number' ? [`${title} ${Number(value.toPrecision(4))}`] : [];
  });
  const lines = [
    `Stopped in ${iteration === 0 ? 'the warm start' : `iteration ${iteration}`}: ${error.message}.`,
    ...(last ? [`Metrics of iteration ${last.iteration}: ${metrics.join('; ')}.`] : []),
    checkpoint > 0
      ? `The checkpoint of iteration ${checkpoint} is kept, and everything recorded up to iteration ${last?.iteration ?? checkpoint}.`
      : 'There is no checkpoint yet: the run starts over.',
    'Resumed as it is, the run would come to the same end: clone it with a lower learningRate, criticLearningRate or gradientClip, or go on with them on the command line (--resume --allow-changes).',
  ];
  return new AppError('not-finite', lines.join('\n'), { cause: error });
}
