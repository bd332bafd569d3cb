import { creditFields, groupSizeOf } from './estimators.ts';
import { FIELD_FACTS } from './fields/facts.ts';
import type { FieldName, RunConfig } from './fields/fields.ts';
import { ALERT_FIELDS } from './fields/names.ts';
import { readsField } from './fields-read.ts';
import { differingFields, differs, methodKey } from './methods.ts';

/** A run as far as a comparison asks what tells it from others. */
export interface Compared {
  config: RunConfig;
  /** What it really plays; null before its trainer said so. */
  games: 'real' | 'generated' | null;
}

/** Fields that change no number of a run. */
const WITHOUT_EFFECT: readonly FieldName[] = [
  'name',
  'checkpointEvery',
  'keepCheckpoints',
  'recordedEpisodes',
  'recordedMegabytes',
  ...ALERT_FIELDS,
];

/** `iterations`, `learning rate (update)`, `policy`. */
function titleInGroup(name: FieldName): string {
  const { group, title } = FIELD_FACTS[name];
  return `${title.toLowerCase()}${group === 'Run' || group === title ? '' : ` (${group.toLowerCase()})`}`;
}

/**
 * What tells runs apart, as a sentence: that only the credit differs is said where it is so, everything else by its name.
 * Empty for one run.
 */
export function describeDifference(runs: readonly Compared[]): string {
  if (runs.length < 2) return '';
  const configs = runs.map(({ config }) => config);
  // What one policy alone reads differs where those differ that read it.
  const differing = differingFields(configs).filter(
    (name) =>
      !WITHOUT_EFFECT.includes(name) &&
      differs(
        configs.filter((config) => readsField(config, name)),
        name,
      ),
  );
  const isCredit = (name: FieldName) => name === 'estimator' || creditFields.has(name);
  const others = differing.filter((name) => name !== 'seed' && !isCredit(name)).map(titleInGroup);
  if (new Set(configs.map(groupSizeOf)).size > 1 && !differing.includes('groupSize'))
    others.push('episodes of each game (the estimators’ own group sizes)');
  if (new Set(runs.flatMap(({ games }) => games ?? [])).size > 1) others.push('real and generated games');
  const hasOtherSeeds = seedSets(configs).size > 1;
  if (hasOtherSeeds) others.push('the seeds');
  const credit = differing.some(isCredit);
  if (others.length > 0)
    return `${credit ? 'Besides the credit these differ' : 'These differ'}: ${others.join(', ')}.`;
  const alike = 'the same games and first weights';
  if (credit) return `Only the credit differs: the same seeds, ${alike}.`;
  return differing.includes('seed') ? 'Only the seed differs.' : `Nothing differs: the same seed, ${alike}.`;
}

/** The seeds of every method, as texts: one text where all methods ran on the same. */
function seedSets(configs: readonly RunConfig[]): Set<string> {
  const seeds = new Map<string, Set<number>>();
  for (const config of configs) {
    const key = methodKey(config);
    seeds.set(key, (seeds.get(key) ?? new Set()).add(config.seed));
  }
  return new Set([...seeds.values()].map((set) => [...set].sort((a, b) => a - b).join()));
}
