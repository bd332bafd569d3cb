import type { ScoredRun } from '../../server/contract/views.ts';
import { formatCount } from '../_charts/format.ts';

/** What is to be said of a group beside its number of runs: where they come from, and what is not known of them; may be empty. */
export function groupNote(members: readonly ScoredRun[]): string {
  const [stated] = members.flatMap((run) => run.stated ?? []);
  if (stated)
    return `imported, as stated: last ${stated.metric}, of ${formatCount(stated.episodes)} games a run; by task type unknown`;
  const imported = members.filter(({ isImported }) => isImported).length;
  if (imported === 0) return '';
  return imported === members.length
    ? 'imported from another lab'
    : `${imported} of ${members.length} runs imported from another lab`;
}
