import type { RunEvent } from '../contract/events.ts';
import { publicProvenance } from '../contract/provenance.ts';

/** What a share link may see of an event; null when nothing. Texts of trainers may hold paths and host names. */
export function visibleInShare(event: RunEvent): RunEvent | null {
  if (event.kind === 'log') return null;
  if (event.kind === 'state') return { ...event, reason: '' };
  if (event.kind === 'facts') return { ...event, warmStart: '' };
  if (event.kind === 'provenance') return publicProvenance(event);
  return event;
}
