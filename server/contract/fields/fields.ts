import { z } from 'zod';
import { alertSchemas } from './alerts.ts';
import { creditSchemas } from './credit.ts';
import { criticSchemas } from './critic.ts';
import { endpointSchemas } from './endpoint.ts';
import { environmentSchemas } from './environment.ts';
import { evaluationSchemas } from './evaluation.ts';
import { policySchemas } from './policy.ts';
import { remoteSchemas } from './remote.ts';
import { rolloutSchemas } from './rollout.ts';
import { runSchemas } from './run.ts';
import { updateSchemas } from './update.ts';
import { warmStartSchemas } from './warm-start.ts';

/** Every field of a run's config, in the order of the form: a file a part. */
export const fieldParts = {
  run: runSchemas,
  environment: environmentSchemas,
  remote: remoteSchemas,
  policy: policySchemas,
  endpoint: endpointSchemas,
  warmStart: warmStartSchemas,
  rollout: rolloutSchemas,
  credit: creditSchemas,
  critic: criticSchemas,
  update: updateSchemas,
  evaluation: evaluationSchemas,
  alert: alertSchemas,
};
export type FieldPart = keyof typeof fieldParts;

const fields = {
  ...fieldParts.run,
  ...fieldParts.environment,
  ...fieldParts.remote,
  ...fieldParts.policy,
  ...fieldParts.endpoint,
  ...fieldParts.warmStart,
  ...fieldParts.rollout,
  ...fieldParts.credit,
  ...fieldParts.critic,
  ...fieldParts.update,
  ...fieldParts.evaluation,
  ...fieldParts.alert,
};

/** Fields one by one; rules between them are in ../config-rules.ts. */
export const fieldsSchema = z.strictObject(fields);
export type RunConfig = z.output<typeof fieldsSchema>;
export type RunConfigInput = z.input<typeof fieldsSchema>;
export type FieldName = keyof RunConfig;
