import { type ForeignFacts, foreignSeed, ORIGIN_WORDS } from '../../server/contract/origin.ts';
import type { RunConfig } from '../../server/contract/run-config.ts';
import type { RunSummary } from '../../server/contract/views.ts';

/** What tells how a run was trained. */
export type MethodParts = { config: RunConfig | null; foreign?: ForeignFacts | null };

/** What tells where a run comes from. */
export type OriginParts = Pick<RunSummary, 'origin' | 'config' | 'foreign'>;

/** `imported`; empty for a run that was trained here. */
export function foreignWords({ origin }: Pick<RunSummary, 'origin'>): string {
  return origin === 'native' ? '' : ORIGIN_WORDS[origin];
}

/** Null where another trainer reports none. */
export function seedOf({ config, foreign }: MethodParts): number | null {
  return config ? config.seed : foreignSeed(foreign?.params ?? {});
}
