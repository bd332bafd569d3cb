import { explainOrigin, methodTitle, originWords } from '../../server/contract/credit-origin.ts';
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

/** The method of a run, `HiPER, as tuned here`; of another trainer's run what sent it. */
export function methodWords(run: OriginParts): string {
  return run.config ? methodTitle(run.config) : foreignWords(run);
}

/** Why the method is called so, or where the run comes from; may be empty. */
export function explainMethod({ config, foreign }: OriginParts): string {
  if (config) return explainOrigin(config);
  const parts = [
    foreign?.source && `source ${foreign.source}`,
    foreign?.experiment && `experiment ${foreign.experiment}`,
  ].filter(Boolean);
  return `Trained elsewhere by another trainer${parts.length > 0 ? `: ${parts.join(', ')}` : ''}.`;
}

/** After a run's name in a legend. */
export function originNote(run: OriginParts): string {
  return run.config ? originWords(run.config) : foreignWords(run);
}

/** Null where another trainer reports none. */
export function seedOf({ config, foreign }: MethodParts): number | null {
  return config ? config.seed : foreignSeed(foreign?.params ?? {});
}
