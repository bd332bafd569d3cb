import { originTells } from './credit-origin.ts';
import type { FieldName, RunConfig } from './fields/fields.ts';
import { readsField } from './fields-read.ts';
import { differingFields } from './methods.ts';
import { modelTitle } from './models.ts';

/**
 * What tells each config from the others beside the title of its method: `kappa 0`, `width 128`. Where they have several
 * policies these come first, a language model by its own name, and only fields follow that differ between configs of the same policy:
 * presets of different policies differ in nearly everything. `untold` fields are never said.
 */
export function variantWords(configs: readonly RunConfig[], untold: readonly FieldName[]): string[][] {
  const policies = configs.map((config) => policyTitle(config, configs));
  const areSeveral = new Set(policies).size > 1;
  return configs.map((config, index) => {
    const policy = policies[index] as string;
    const alike = configs.filter((_, other) => policies[other] === policy);
    const words = differingFields(alike)
      .filter((name) => !untold.includes(name) && readsField(config, name) && !originTells(config, name))
      .map((name) => `${name} ${[config[name]].flat().join('+')}`);
    return areSeveral ? [policy, ...words] : words;
  });
}

/** `nano`, what an endpoint has, or a model's own name; the whole where another owner's model has the same. */
function policyTitle(config: RunConfig, configs: readonly RunConfig[]): string {
  const { policy, model } = config;
  if (policy === 'nano') return 'nano';
  if (policy === 'endpoint') return config.endpointModel;
  const own = modelTitle(model);
  const isShared = configs.some((other) => other.model !== model && modelTitle(other.model) === own);
  return isShared ? model : own;
}
