import { explainOrigin, methodTitle, originWords } from '../../server/contract/credit-origin.ts';
import { foreignWords, type OriginParts } from './run-origin.ts';

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
