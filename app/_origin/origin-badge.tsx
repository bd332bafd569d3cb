import { Badge } from '../_ui/badge.tsx';
import { foreignWords, type OriginParts } from './run-origin.ts';

/** Says of a run of another trainer how it came here; nothing for those that were trained here. */
export function OriginBadge({ run }: { run: Pick<OriginParts, 'origin'> }) {
  const words = foreignWords(run);
  return words === '' ? null : <Badge>{words}</Badge>;
}
