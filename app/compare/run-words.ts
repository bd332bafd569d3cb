import type { RunSummary } from '../../server/contract/views.ts';
import { foreignWords, seedOf } from '../_origin/run-origin.ts';
import { findPresetTitle } from '../runs/_run/preset-title.ts';

/** `hae · seed 1 · Quick`, or `imported · seed 1`. */
export function describeRun(run: RunSummary): string {
  const seed = seedOf(run);
  const words = run.config
    ? [run.config.estimator, `seed ${seed}`, findPresetTitle(run.preset)]
    : [foreignWords(run), ...(seed === null ? [] : [`seed ${seed}`])];
  return words.join(' · ');
}

/** Words in which a run is looked for. */
export function searchText(run: RunSummary): string {
  const seed = seedOf(run);
  const words = run.config
    ? [run.config.estimator, run.config.format]
    : [foreignWords(run), run.foreign?.experiment ?? '', run.foreign?.source ?? ''];
  return [run.name, run.id, run.state, run.preset ?? '', ...words, `seed ${seed}`, `seed:${seed}`]
    .join(' ')
    .toLowerCase();
}

/** Runs that contain every word. */
export function searchRuns(runs: readonly RunSummary[], query: string): RunSummary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return runs.filter((run) => words.every((word) => searchText(run).includes(word)));
}
