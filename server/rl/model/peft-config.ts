import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, unknownFields } from './json-file.ts';
import { type AdapterShape, LINEAR_NAMES } from './shape.ts';

/** The two files of an adapter. */
export const ADAPTER_CONFIG_FILE = 'adapter_config.json';
export const ADAPTER_WEIGHTS_FILE = 'adapter_model.safetensors';
/** PEFT names the weights after the model it wraps. */
export const ADAPTER_PREFIX = 'base_model.model.';

const size = z.int().positive();
const layer = z.int().nonnegative();
/** A feature of PEFT that changes what an adapter computes: it may be there only when it is off. */
const off = z
  .unknown()
  .refine(
    (value) =>
      value === undefined ||
      value === null ||
      value === false ||
      (typeof value === 'object' && Object.keys(value).length === 0),
    'this feature of PEFT is not supported',
  )
  .optional();
const anything = z.unknown().optional();

/** Every field of PEFT's LoraConfig (0.21), with the values that mean plain LoRA. What is not known is refused. */
const AdapterConfig = z.strictObject(
  {
    peft_type: z.literal('LORA', 'only LoRA adapters are supported'),
    task_type: z.literal('CAUSAL_LM', 'only adapters of language models (CAUSAL_LM) are supported').nullish(),
    r: size,
    lora_alpha: z.number().positive(),
    target_modules: z.array(z.enum(LINEAR_NAMES)).min(1),
    layers_to_transform: z.union([layer, z.array(layer)], 'only numbers of layers are supported').nullish(),
    // What layers are called: PEFT finds those of the supported models without, and no layer by another name.
    layers_pattern: z
      .union([z.literal('layers'), z.array(z.literal('layers'))], 'only layers is supported')
      .nullish(),
    use_rslora: z.boolean().nullish(),
    bias: z.literal('none', 'only none is supported').optional(),
    // Others (PiSSA, OLoRA, CorDA, LoftQ, …) take something out of the base weights, or go with methods that do more.
    init_lora_weights: z
      .union([z.boolean(), z.literal('gaussian'), z.literal('orthogonal')], {
        error: ({ input }) =>
          `adapters that started as ${JSON.stringify(input)} are not plain LoRA and not supported`,
      })
      .nullish(),
    alora_invocation_tokens: off,
    alpha_pattern: off,
    arrow_config: off,
    corda_config: off,
    enable_lora: off, // before PEFT 0.3, as merge_weights
    eva_config: off,
    exclude_modules: off,
    fan_in_fan_out: off,
    kasa_config: off,
    layer_replication: off,
    loftq_config: off,
    lora_bias: off,
    lora_ga_config: off,
    megatron_config: off,
    merge_weights: off,
    modules_to_save: off,
    monteclora_config: off,
    rank_pattern: off,
    target_parameters: off,
    trainable_token_indices: off,
    use_bdlora: off,
    use_dora: off,
    use_qalora: off,
    velora_config: off,
    // Read beside a feature that is off, in training only (dropout), or by nobody.
    auto_mapping: anything,
    base_model_name_or_path: anything,
    ensure_weight_tying: anything,
    inference_mode: anything,
    lora_dropout: anything,
    megatron_core: anything,
    peft_version: anything,
    qalora_group_size: anything,
    revision: anything,
    runtime_config: anything,
  },
  { error: unknownFields },
);

/** Shape of the LoRA adapter in a folder that PEFT wrote. Throws AppError `bad-file` naming the field. */
export function readAdapterShape(folder: string): AdapterShape {
  const config = readJsonFile(join(folder, ADAPTER_CONFIG_FILE), AdapterConfig);
  const { r: rank, lora_alpha: alpha, target_modules: targets, use_rslora } = config;
  const layers = [config.layers_to_transform ?? []].flat(); // none are all
  return {
    rank,
    alpha,
    targets,
    rankStabilized: use_rslora ?? false,
    ...(layers.length > 0 ? { layers } : {}),
  };
}

/** The config of an adapter as PEFT reads it; `base` is what it names as the base model: a folder or a model's name. */
export function adapterConfig(adapter: AdapterShape, base: string): object {
  return {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    r: adapter.rank,
    lora_alpha: adapter.alpha,
    target_modules: adapter.targets,
    ...(adapter.layers ? { layers_to_transform: adapter.layers } : {}),
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    use_rslora: adapter.rankStabilized ?? false,
    use_dora: false,
    inference_mode: true,
  };
}
