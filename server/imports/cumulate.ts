import type { ImportRow } from './import-file.ts';

/** verl's names of what one step took, and what of its seconds is no training. */
const SECONDS = 'timing_s/step';
const NOT_TRAINING = ['timing_s/testing', 'timing_s/save_checkpoint'];
const TOKENS = 'perf/total_num_tokens';

/**
 * Rows in order of step, one a step, the last value of a key counting. Where verl tells seconds and tokens of each step, what they add
 * up to is told beside them, so that such runs have the x axes of ours.
 */
export function tidyRows(rows: readonly ImportRow[]): ImportRow[] {
  const bySteps = new Map<number, ImportRow>();
  for (const { step, time, values } of rows) {
    const known = bySteps.get(step);
    if (!known) bySteps.set(step, { step, time, values: new Map(values) });
    else {
      for (const [key, value] of values) known.values.set(key, value);
      known.time = time ?? known.time;
    }
  }
  const tidy = [...bySteps.values()].sort((a, b) => a.step - b.step);
  addUp(tidy, TOKENS, 'tokens', (values) => values.get(TOKENS)!);
  addUp(tidy, SECONDS, 'trainingSeconds', (values) =>
    NOT_TRAINING.reduce((seconds, key) => seconds - (values.get(key) ?? 0), values.get(SECONDS)!),
  );
  return tidy;
}

function addUp(
  rows: readonly ImportRow[],
  key: string,
  sumKey: string,
  amount: (values: ReadonlyMap<string, number>) => number,
): void {
  if (rows.some(({ values }) => values.has(sumKey))) return;
  let sum = 0;
  for (const { values } of rows) {
    if (!values.has(key)) continue;
    sum += amount(values);
    values.set(sumKey, sum);
  }
}
