import { ENVIRONMENT_FACTS, ENVIRONMENTS } from '../../../server/contract/environments.ts';
import { ESTIMATORS, type EstimatorName } from '../../../server/contract/estimators.ts';
import { FIELD_NAMES } from '../../../server/contract/fields/names.ts';
import {
  DECIDING_FIELDS,
  type DecidingFields,
  isOfOtherEnvironment,
  isOfOtherPolicy,
  whyUnread,
} from '../../../server/contract/fields-read.ts';
import { type ModelInfo, RANDOM_MODEL } from '../../../server/contract/models.ts';
import { PRESETS } from '../../../server/contract/preset-list.ts';
import { type PresetName, presetConfig } from '../../../server/contract/presets.ts';
import {
  contextFor,
  environmentDefaults,
  type FieldName,
  formatFor,
  type RunConfig,
} from '../../../server/contract/run-config.ts';
import { type Draft, draftOf, draftValues, isChanged, type VariedField } from './form-model.ts';

/** What changes are measured against: a preset, or the run being cloned. */
export type LaunchBase =
  | { kind: 'preset'; title: string; config: RunConfig; preset: PresetName }
  | { kind: 'run'; title: string; config: RunConfig; preset: PresetName | null };

/** The bases to choose from: every preset, after the run being cloned if there is one. */
export function launchBases(original: LaunchBase | undefined): LaunchBase[] {
  const presets = PRESETS.map(
    ({ name, title }): LaunchBase => ({ kind: 'preset', title, config: presetConfig(name), preset: name }),
  );
  return original ? [original, ...presets] : presets;
}

export function isSameBase(a: LaunchBase, b: LaunchBase): boolean {
  return a.kind === b.kind && a.preset === b.preset;
}

/** The draft on another base: what was changed by hand stays, the rest follows the new base. */
export function rebase(draft: Draft, from: RunConfig, to: RunConfig): Draft {
  const next = draftOf(to);
  for (const name of FIELD_NAMES)
    if (isChanged(name, draft, from)) Object.assign(next, { [name]: draft[name] });
  return next;
}

/** Other fields follow these: see `fitChoices`. */
export const FITTED_TO: readonly FieldName[] = ['estimator', 'policy', 'model', 'environment'];

/**
 * The draft with what its environment has, a turn format that its estimator can be played in, and with the context, decoding and model that its policy can have;
 * what is no estimator or policy yet changes nothing. A language model takes the first of `models` that can be used where
 * none is named, and starts with its own context; all layers are trained where it has fewer than were to be.
 */
export function fitChoices(draft: Draft, models: readonly ModelInfo[] = []): Draft {
  const next = { ...draft, ...environmentChoices(draft) };
  if (next.policy === 'endpoint') {
    // No estimator decides here.
    const format = draft.format === 'flat' ? 'flat' : 'plan-execute';
    return { ...next, model: '', context: 'rebuilt', decoding: 'free', format };
  }
  if (ESTIMATORS.some((name) => name === draft.estimator))
    next.format = formatFor(draft.estimator as EstimatorName, draft.format as RunConfig['format']);
  if (next.policy === 'nano') {
    next.model = '';
    next.context = contextFor('nano', draft.context as RunConfig['context']);
    next.decoding = 'constrained';
  } else if (next.policy === 'pretrained' && draft.model === '') {
    next.model = firstUsable(models);
    next.context = 'dialogue';
    next.decoding = 'constrained';
  }
  const model = models.find(({ name }) => name === next.model);
  for (const name of ['tunedLayers', 'updatedLayers'] as const)
    if (model && Number(next[name]) > model.layers) next[name] = '0';
  return next;
}

/** Another environment's task types and step limits give way to its own, and what it does not have to what it has. */
function environmentChoices(draft: Draft): Partial<Draft> {
  const environment = ENVIRONMENTS.find((name) => name === draft.environment);
  if (!environment) return {};
  const { taskTypes } = ENVIRONMENT_FACTS[environment];
  const chosen = draft.taskTypes as string[];
  if (chosen.every((type) => taskTypes.includes(type))) return {};
  const { policy, ...defaults } = environmentDefaults(environment);
  return draftValues({ ...defaults, ...(draft.policy === 'nano' && policy && { policy }) });
}

/** A trained one before the random one; empty where there is none. */
function firstUsable(models: readonly ModelInfo[]): string {
  const names = models.filter(({ problem }) => problem === null).map(({ name }) => name);
  return names.find((name) => name !== RANDOM_MODEL) ?? names[0] ?? '';
}

/** Whether the form shows a field: those of another policy or environment only where they are wrong, or where that varies. */
export function isShown(
  name: FieldName,
  draft: Draft,
  varied: readonly VariedField[],
  errors: ReadonlyMap<FieldName, string>,
): boolean {
  if (errors.has(name) || varied.some(({ field }) => field === 'policy' || field === 'environment'))
    return true;
  const { policy, environment } = draft as Pick<RunConfig, 'policy' | 'environment'>;
  return !isOfOtherPolicy({ policy }, name) && !isOfOtherEnvironment({ environment }, name);
}

/** Why a field has no effect with the other values, or undefined. */
export function whyUnused(
  name: FieldName,
  draft: Draft,
  varied: readonly VariedField[] = [],
): string | undefined {
  if (varied.some(({ field }) => field === name)) return 'Varies: see the sweep above.';
  // What has an effect is another question for each of these.
  if (varied.some(({ field }) => DECIDING_FIELDS.some((name) => name === field))) return undefined;
  return whyUnread(draft as DecidingFields, name) ?? undefined;
}
