import { readsField } from '../../../server/contract/fields-read.ts';
import { differingFields } from '../../../server/contract/methods.ts';
import type { PresetName } from '../../../server/contract/presets.ts';
import { presetConfig } from '../../../server/contract/presets.ts';
import type { RunConfig } from '../../../server/contract/run-config.ts';

/** Quotes a word for a POSIX shell when it needs it. */
function quoteWord(word: string): string {
  return /^[\w.,:=/+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * The command that trains the same run without a browser: the preset, the estimator and the seed by name,
 * every other difference as `--set`.
 */
export function trainCommand(config: RunConfig, preset: PresetName): string {
  const base = presetConfig(preset);
  const isTrained = config.policy !== 'endpoint';
  const words = ['--preset', preset, ...(isTrained ? ['--estimator', config.estimator] : [])];
  words.push('--seed', String(config.seed));
  for (const name of differingFields([base, config])) {
    if (name === 'estimator' || name === 'seed' || !(isTrained || readsField(config, name))) continue;
    words.push('--set', `${name}=${String(config[name])}`);
  }
  return ['npm run train --', ...words.map(quoteWord)].join(' ');
}
