import { z } from 'zod';
import { AppError } from './error.ts';
import { creditFields, groupSizeOf } from './estimators.ts';
import { ALERT_FIELDS } from './fields/fields.ts';
import { readsField } from './fields-read.ts';
import { type PresetName, presetConfig } from './presets.ts';
import { describeFields, differingFields, type FieldName, methodKey, type RunConfig } from './run-config.ts';

/** Presets in which the comparison is worth its time; `paper` is left out: it sets traces of its own. */
export const COMPARISON_PRESETS = ['tiny', 'quick', 'standard'] as const;

/** What one click launches: how long, and on which seeds. */
export const comparisonSchema = z.strictObject({
  preset: z.enum(COMPARISON_PRESETS),
  seeds: z
    .array(z.number().int().min(0))
    .min(1)
    .max(10)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'lists a seed twice')
    .default([1]),
});
export type ComparisonRequest = z.input<typeof comparisonSchema>;

/** What one click launches. */
export const USUAL_COMPARISON: ComparisonRequest = { preset: 'quick' };

/** What the arrow beside it offers. */
export const COMPARISON_CHOICES: (ComparisonRequest & { title: string; about: string })[] = [
  { ...USUAL_COMPARISON, title: 'Quick', about: 'A visible difference between the methods.' },
  { preset: 'tiny', title: 'Tiny', about: 'Every part at work, too short to learn much.' },
  { preset: 'standard', title: 'Standard', about: 'The original’s 50 turns an episode.' },
  {
    preset: 'quick',
    seeds: [1, 2, 3, 4, 5],
    title: 'Quick, five seeds',
    about: 'What a report needs: means over trainings, with their spread.',
  },
];

/**
 * HiPER, flat GAE over turns with its best lambda, and flat PPO as its authors configure it (spec/hae.md 4), alike in everything but
 * the credit. Both traces were tuned here, so that what the hierarchy gains is not what a shorter trace gains (docs/results.md).
 */
const METHODS = [
  { estimator: 'hae', kappa: 0.6, lamTurn: 0.3, lamSeg: 0.6 },
  { estimator: 'turn-gae', lamFlat: 0.6 },
  { estimator: 'token-gae' },
] as const;

/** The configs of a comparison, seeds outermost: cut short it has compared every method on fewer seeds. */
export function comparisonConfigs(request: ComparisonRequest): RunConfig[] {
  const { preset, seeds } = comparisonSchema.parse(request);
  return seeds.flatMap((seed) => METHODS.map((method) => presetConfig(preset, { ...method, seed })));
}

/** The same from words of people. Throws AppError `bad-input` naming the field. */
export function expandComparison(input: unknown): { preset: PresetName; configs: RunConfig[] } {
  const parsed = comparisonSchema.safeParse(input);
  if (parsed.success) return { preset: parsed.data.preset, configs: comparisonConfigs(parsed.data) };
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'comparison'}: ${message}`,
  );
  throw new AppError('bad-input', problems.join('; '));
}

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
const titles = new Map(
  describeFields().map(({ name, group, title }) => [
    name,
    `${title.toLowerCase()}${group === 'Run' || group === title ? '' : ` (${group.toLowerCase()})`}`,
  ]),
);

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
      differingFields(configs.filter((config) => readsField(config, name))).includes(name),
  );
  const isCredit = (name: FieldName) => name === 'estimator' || creditFields.has(name);
  const others = differing
    .filter((name) => name !== 'seed' && !isCredit(name))
    .map((name) => titles.get(name)!);
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
