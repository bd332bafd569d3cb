import { ENDPOINT_FIELDS, ENDPOINT_ONLY } from './endpoints.ts';
import { ENVIRONMENT_FACTS, ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import { hasCritic, readsCreditField } from './estimators.ts';
import type { FieldName, RunConfig } from './fields/fields.ts';
import { fieldsOf } from './fields/names.ts';
import { POLICIES, type PolicyKind } from './policies.ts';

/** The fields that decide which others are read. */
export const DECIDING_FIELDS = [
  'environment',
  'policy',
  'decoding',
  'tuning',
  'estimator',
  'format',
  'judge',
  'games',
] as const satisfies FieldName[];
export type DecidingFields = Pick<RunConfig, (typeof DECIDING_FIELDS)[number]>;

/** Fields that one policy reads and the others do not. */
const OWN_FIELDS: Record<PolicyKind, readonly FieldName[]> = {
  nano: [
    'layers',
    'width',
    'heads',
    'keyValueHeads',
    'feedForward',
    'tiedEmbeddings',
    'previousTokenEmbedding',
    'renaming',
  ],
  pretrained: [
    'model',
    'context',
    'decoding',
    'maxResponseTokens',
    'invalidPenalty',
    'tuning',
    'adapterRank',
    'adapterAlpha',
    'adapterTargets',
    'tunedLayers',
    'updatedLayers',
    'frozenWeights',
  ],
  endpoint: ENDPOINT_ONLY,
};

/** Fields that one environment reads and the others do not. */
const ENVIRONMENT_FIELDS: Readonly<Record<EnvironmentName, readonly FieldName[]>> = {
  alfworld: ['dialect', 'generatedGames'],
  webshop: ['goals', 'goalOrder', 'catalogueSize', 'shopReward'],
  sokoban: ['generatedGames'],
  remote: ['generatedGames', ...fieldsOf('remote')],
};

const POLICY_WORDS: Record<PolicyKind, string> = {
  nano: 'the small policy (nano)',
  pretrained: 'a language model (pretrained)',
  endpoint: 'a model behind an endpoint, which is not trained',
};

const ADAPTER_FIELDS: readonly FieldName[] = [
  'adapterRank',
  'adapterAlpha',
  'adapterTargets',
  'frozenWeights',
];
const FREE_FIELDS: readonly FieldName[] = ['maxResponseTokens', 'invalidPenalty'];
const KEEP_FIELDS: readonly FieldName[] = [
  'keepPenalty',
  'keepPenaltyMode',
  'alertNeverSwitches',
  'alertAlwaysSwitches',
];
/** Of fields, what only a run with a critic reads. */
const CRITIC_FIELDS: readonly FieldName[] = [...fieldsOf('critic'), 'alertValueLoss', 'alertUselessCritic'];
const JUDGE_FIELDS: readonly FieldName[] = ['judgePenalty', 'judgePenaltyIn'];

/** Whether a field is one of other policies alone. */
export function isOfOtherPolicy({ policy }: Pick<RunConfig, 'policy'>, name: FieldName): boolean {
  if (policy === 'endpoint') return !ENDPOINT_FIELDS.includes(name);
  return POLICIES.some((other) => other !== policy && OWN_FIELDS[other].includes(name));
}

/** Whether a field is one of other environments alone. */
export function isOfOtherEnvironment(
  { environment }: Pick<RunConfig, 'environment'>,
  name: FieldName,
): boolean {
  const readers = ENVIRONMENTS.filter((other) => ENVIRONMENT_FIELDS[other].includes(name));
  return readers.length > 0 && !readers.includes(environment);
}

/** Why a field has no effect beside the others, as a sentence; null where it has one. */
export function whyUnread(config: DecidingFields, name: FieldName): string | null {
  const { policy, estimator, format } = config;
  if (isOfOtherPolicy(config, name)) return `No effect with ${POLICY_WORDS[policy]}.`;
  if (isOfOtherEnvironment(config, name))
    return `No effect in ${ENVIRONMENT_FACTS[config.environment].title}.`;
  if (ADAPTER_FIELDS.includes(name) && config.tuning !== 'lora')
    return 'No effect without adapters: the weights themselves are trained.';
  if (FREE_FIELDS.includes(name) && config.decoding !== 'free') return 'No effect with constrained decoding.';
  if (!readsCreditField(estimator, name)) return `No effect with ${estimator}.`;
  if (CRITIC_FIELDS.includes(name) && !hasCritic(estimator))
    return `No effect with ${estimator}: it has no critic.`;
  if (KEEP_FIELDS.includes(name) && format !== 'plan-execute')
    return `No effect with ${format} turns: there is no KEEP.`;
  if (JUDGE_FIELDS.includes(name) && config.judge === 'none') return 'No effect without a judge.';
  if (name === 'generatedGames' && config.games === 'real') return 'No effect with real games.';
  return null;
}

/** Whether a field means anything to a run with this config. */
export function readsField(config: DecidingFields, name: FieldName): boolean {
  return whyUnread(config, name) === null;
}
