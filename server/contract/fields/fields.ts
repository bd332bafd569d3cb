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

/** Every field of a run's config, in the order of the form: a file a group. */
const fields = {
  ...runSchemas,
  ...environmentSchemas,
  ...remoteSchemas,
  ...policySchemas,
  ...endpointSchemas,
  ...warmStartSchemas,
  ...rolloutSchemas,
  ...creditSchemas,
  ...criticSchemas,
  ...updateSchemas,
  ...evaluationSchemas,
  ...alertSchemas,
};

/** Fields one by one; rules between them are in ../config-rules.ts. */
export const fieldsSchema = z.strictObject(fields);
export type RunConfig = z.output<typeof fieldsSchema>;
export type RunConfigInput = z.input<typeof fieldsSchema>;
export type FieldName = keyof RunConfig;

export const FIELD_NAMES = Object.keys(fields) as FieldName[];

/** Fields that no number of a run depends on. */
export const ALERT_FIELDS = Object.keys(alertSchemas) as (keyof typeof alertSchemas)[];
