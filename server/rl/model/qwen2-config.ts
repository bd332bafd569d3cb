import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { readJsonFile } from './json-file.ts';
import type { PolicyShape } from './shape.ts';

export const CONFIG_FILE = 'config.json';

const size = z.int().positive();
const plainType = z.literal('default', 'only the default rotary embedding is supported').optional();
const plainRope = z.looseObject({
  rope_theta: z.number().positive().optional(),
  rope_type: plainType,
  /** The older name of `rope_type`. */
  type: plainType,
});

/** The fields of a Qwen2 config.json that decide what the model computes, with transformers' defaults. */
const Qwen2Config = z.looseObject({
  model_type: z.literal('qwen2', 'only qwen2 models are supported'),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  head_dim: size.nullish(),
  hidden_act: z.literal('silu', 'only silu is supported').default('silu'),
  rms_norm_eps: z.number().positive().default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  /** Up to transformers 4; `rope_parameters` holds it since 5. */
  rope_theta: z.number().positive().optional(),
  rope_parameters: plainRope.nullish(),
  rope_scaling: plainRope.nullish(),
  use_sliding_window: z.literal(false, 'sliding-window attention is not supported').optional(),
  layer_types: z.array(z.literal('full_attention', 'only full attention is supported')).nullish(),
});

/**
 * Sizes of the Qwen2 model in a folder, from its config.json.
 * Throws AppError `bad-file` that names the field, also where the model would need something this transformer lacks.
 */
export function readQwen2Shape(folder: string): PolicyShape {
  const path = join(folder, CONFIG_FILE);
  const config = readJsonFile(path, Qwen2Config);
  const { hidden_size: width, num_attention_heads: heads, num_key_value_heads: keyValueHeads } = config;
  const wrong = (why: string) => new AppError('bad-file', `${path}: ${why}`);
  if (width % (2 * heads) !== 0)
    throw wrong(`hidden_size: ${width} is not a multiple of twice num_attention_heads (${heads})`);
  if (heads % keyValueHeads !== 0)
    throw wrong(`num_attention_heads: ${heads} is not a multiple of num_key_value_heads (${keyValueHeads})`);
  if (config.head_dim && config.head_dim !== width / heads)
    throw wrong(`head_dim: only hidden_size / num_attention_heads (${width / heads}) is supported`);
  return {
    vocabulary: config.vocab_size,
    layers: config.num_hidden_layers,
    width,
    heads,
    keyValueHeads,
    feedForward: config.intermediate_size,
    ropeBase: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000,
    epsilon: config.rms_norm_eps,
    tiedEmbeddings: config.tie_word_embeddings,
    previousTokenEmbedding: false,
    inputScale: 1,
    logitScale: 1,
    valueHeads: 0,
  };
}
