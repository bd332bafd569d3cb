import type { RunSummary } from '../../server/contract/views.ts';
import { Badge } from '../_ui/badge.tsx';
import { foreignWords } from './run-origin.ts';

/** Says of a run that was not trained here how it came here. */
export function OriginBadge({ run }: { run: Pick<RunSummary, 'origin' | 'importedFrom'> }) {
  const words = [foreignWords(run), run.importedFrom && 'of another lab'].filter(Boolean).join(', ');
  return words === '' ? null : <Badge>{words}</Badge>;
}
