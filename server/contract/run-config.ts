import { z } from 'zod';
import { checkTogether } from './config-rules.ts';
import { ENDPOINT_FIXED } from './endpoints.ts';
import { ENVIRONMENT_FACTS, ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import { AppError } from './error.ts';
import { ESTIMATOR_FACTS, ESTIMATORS, type EstimatorName } from './estimators.ts';
import type { FieldMeta } from './fields/field.ts';
import { type FieldName, type fieldParts, fieldsSchema, type RunConfig } from './fields/fields.ts';
import type { Context } from './fields/policy.ts';
import { POLICIES, type PolicyKind } from './policies.ts';

export { firstDouble } from './config-rules.ts';
export { SPLITS, type Split } from './environments.ts';
export type { FieldName, RunConfig, RunConfigInput } from './fields/fields.ts';
export { FIELD_GROUPS, type FieldGroup } from './fields/groups.ts';
export { FIELD_NAMES } from './fields/names.ts';
export { LONGEST_NAME } from './limits.ts';
export { differingFields, methodKey } from './methods.ts';

/** A format of the estimator's: the given one if it may be, else the one it takes by itself. */
export function formatFor(estimator: EstimatorName, format: RunConfig['format']): RunConfig['format'] {
  const { formats } = ESTIMATOR_FACTS[estimator];
  return formats.includes(format) ? format : (formats[0] as RunConfig['format']);
}

/** How a policy keeps its context: the given way if it may, else the one it takes by itself. */
export function contextFor(policy: PolicyKind, context: Context): Context {
  return policy === 'pretrained' ? context : 'rebuilt';
}

/** What an environment has instead of the fields' own defaults. */
export function environmentDefaults(name: EnvironmentName) {
  const { taskTypes, stepLimit, evaluationStepLimits, hasWords, hasExpert } = ENVIRONMENT_FACTS[name];
  return {
    taskTypes: [...taskTypes],
    stepLimit,
    evaluationStepLimits: [...evaluationStepLimits],
    ...(!hasWords && { policy: 'pretrained' as const }),
    ...(!hasExpert && { warmStartEpisodes: 0 }),
  };
}

/**
 * Input that names no format takes one of its estimator's, no context that of its policy and decoding, and no task types and step
 * limits those of its environment. What a policy leaves no choice in is as it has to be, whatever the input says.
 */
function fillChoices(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  const environment = ENVIRONMENTS.find((name) => 'environment' in input && name === input.environment);
  const filled: Record<string, unknown> = { ...(environment && environmentDefaults(environment)), ...input };
  const estimator = ESTIMATORS.find((name) => name === filled.estimator);
  if (!('format' in filled) && estimator) filled.format = formatFor(estimator, 'plan-execute');
  const policy = POLICIES.find((name) => name === filled.policy);
  if (!('context' in filled) && policy)
    filled.context = contextFor(policy, filled.decoding === 'free' ? 'rebuilt' : 'dialogue');
  return policy === 'endpoint' ? { ...filled, ...ENDPOINT_FIXED } : filled;
}

/** The configuration of one run: the form, the API, the CLI, the stored JSON and the docs all come from it. */
export const runConfigSchema = z.preprocess(fillChoices, fieldsSchema.superRefine(checkTogether));

/** Title, group, description, unit and default of a field. */
export interface FieldInfo extends FieldMeta {
  name: FieldName;
  description: string;
  default: unknown;
  /** JSON schema of the value: type, enum, minimum, maximum. */
  schema: z.core.JSONSchema.BaseSchema;
}

/** Every field in the order of the form. */
export function describeFields(): FieldInfo[] {
  const json = z.toJSONSchema(fieldsSchema, { io: 'input' });
  // Not of the tables that browsers read: those are written from this.
  return (Object.keys(fieldsSchema.shape) as FieldName[]).map((name) => {
    const schema = json.properties?.[name] as z.core.JSONSchema.BaseSchema &
      FieldMeta & { description: string };
    const { title, group, unit, advanced, description } = schema;
    return { name, title, group, unit, advanced, description, default: schema.default, schema };
  });
}

/** Checks a config and fills in defaults. Throws AppError `bad-input` naming every wrong field. */
export function parseRunConfig(input: unknown): RunConfig {
  const result = runConfigSchema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `${issue.keys.join(', ')}: no such field`
      : `${issue.path.join('.') || 'config'}: ${issue.message}`,
  );
  throw new AppError('bad-input', problems.join('; '));
}

/** From when on something is called wrong with a run. */
export type AlertThresholds = Pick<RunConfig, keyof typeof fieldParts.alert>;
