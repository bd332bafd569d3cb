import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../contract/error.ts';
import { readJsonFile, unknownFields } from './json-file.ts';
import type { PolicyShape, RopeScaling } from './shape.ts';

export const CONFIG_FILE = 'config.json';

/** Fields that change no logit, whatever they hold. Any other must be known, or the model is refused. */
const HARMLESS = {
  origin: '_name_or_path _commit_hash architectures dtype torch_dtype transformers_version is_llama_config',
  tools:
    'tokenizer_class transformers.js_config unsloth_fixed unsloth_version max_sequence_length pretraining_tp',
  running:
    '_attn_implementation _attn_implementation_autoset attn_implementation use_cache chunk_size_feed_forward torchscript',
  results:
    'return_dict output_attentions output_hidden_states finetuning_task id2label label2id num_labels problem_type',
  training: 'attention_dropout gradient_checkpointing initializer_range task_specific_params',
  tokens: 'bos_token_id eos_token_id pad_token_id sep_token_id unk_token_id decoder_start_token_id',
  windows: 'max_window_layers sliding_window', // read where `use_sliding_window` is true, which is refused
  sampling: 'do_sample max_length min_length repetition_penalty temperature top_k top_p typical_p', // not read
};

const size = z.int().positive();
const positive = z.number().positive();
/** A field that may be there only with the value that leaves the model as it is. */
const only = (value: boolean | number, why: string) => z.literal(value, why).nullish();

const ropeType = z.enum(
  ['default', 'llama3'],
  'only the default rotary embedding and that of Llama 3 (llama3) are supported',
);
const Rope = z.strictObject(
  {
    rope_theta: positive.nullish(),
    rope_type: ropeType.nullish(),
    /** The older name of `rope_type`. */
    type: ropeType.nullish(),
    factor: positive.nullish(),
    low_freq_factor: positive.nullish(),
    high_freq_factor: positive.nullish(),
    original_max_position_embeddings: size.nullish(),
    partial_rotary_factor: only(1, 'only heads that are rotated as a whole are supported'),
  },
  { error: unknownFields },
);

/** What decides the numbers of all families, with transformers' defaults. */
const COMMON = {
  model_type: z.string(),
  vocab_size: size,
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  head_dim: size.nullish(),
  hidden_act: z.literal('silu', 'only silu is supported').default('silu'),
  rms_norm_eps: positive.default(1e-6),
  tie_word_embeddings: z.boolean().default(false),
  /** Up to transformers 4; `rope_parameters` holds it since 5. */
  rope_theta: positive.nullish(),
  rope_scaling: Rope.nullish(),
  rope_parameters: Rope.nullish(),
  rope_interleaved: only(false, 'only halves that are not interleaved are supported'),
  partial_rotary_factor: only(1, 'only heads that are rotated as a whole are supported'),
  mlp_bias: only(false, 'biases of feed-forward layers are not supported'),
  use_sliding_window: only(false, 'sliding-window attention is not supported'),
  layer_types: z.array(z.literal('full_attention', 'only full attention is supported')).nullish(),
  use_mrope: only(false, 'rotary embeddings of several axes are not supported'),
  add_cross_attention: only(false, 'cross-attention is not supported'),
  is_encoder_decoder: only(false, 'encoders are not supported'),
  /** The length it was made for; longer texts are not refused. */
  max_position_embeddings: size.optional(),
  pruned_heads: z.strictObject({}, 'pruned heads are not supported').nullish(),
  auto_map: z.null('models that bring code of their own are not supported').optional(),
  quantization_config: z
    .null('quantised weights are not supported: take the model in 16- or 32-bit floats')
    .optional(),
  ...(Object.fromEntries(
    Object.values(HARMLESS).flatMap((names) =>
      names.split(' ').map((name) => [name, z.unknown().optional()]),
    ),
  ) as object),
};

const noBias = only(false, 'biases of attention are not supported in this family');

/** The families that this transformer computes: their own fields, and what they have beside Llama's layers. */
const FAMILIES = {
  llama: {
    config: z.strictObject(
      { ...COMMON, num_key_value_heads: size.nullish(), attention_bias: noBias },
      { error: unknownFields },
    ),
    attentionBias: false,
    queryKeyNorm: false,
  },
  qwen2: {
    config: z.strictObject(
      {
        ...COMMON,
        num_key_value_heads: size.nullable(),
        attention_bias: only(true, 'this family always has biases on queries, keys and values'),
      },
      { error: unknownFields },
    ),
    attentionBias: true,
    queryKeyNorm: false,
  },
  qwen3: {
    config: z.strictObject(
      {
        ...COMMON,
        num_key_value_heads: size.nullable(),
        head_dim: size.default(128),
        attention_bias: noBias,
      },
      { error: unknownFields },
    ),
    attentionBias: false,
    queryKeyNorm: true,
  },
} as const;

type Family = keyof typeof FAMILIES;
type Config = z.infer<(typeof FAMILIES)[Family]['config']>;

/** Family of the model in a folder as its config.json names it, known here or not: `llama`, `qwen2`, … */
export function readModelType(folder: string): string {
  return readJsonFile(join(folder, CONFIG_FILE), z.looseObject({ model_type: z.string() })).model_type;
}

/**
 * Sizes of the Llama, Qwen2 or Qwen3 model in a folder, from its config.json. Throws AppError `bad-file` that names the field
 * where the model would need something this transformer lacks, or where a field is not known here: it could change the numbers.
 */
export function readPretrainedShape(folder: string): PolicyShape {
  const path = join(folder, CONFIG_FILE);
  const type = readModelType(folder);
  const family = Object.hasOwn(FAMILIES, type) ? FAMILIES[type as Family] : null;
  if (!family) {
    const known = Object.keys(FAMILIES).join(', ');
    throw new AppError('bad-file', `${path}: model_type: ${type} is not supported, only ${known} are`);
  }
  const config = readJsonFile<Config>(path, family.config);
  const { hidden_size: width, num_attention_heads: heads } = config;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  const headSize = config.head_dim ?? width / heads;
  const wrong = (why: string) => new AppError('bad-file', `${path}: ${why}`);
  if (!config.head_dim && width % heads !== 0)
    throw wrong(`hidden_size: ${width} is not a multiple of num_attention_heads (${heads})`);
  if (headSize % 2 !== 0) throw wrong(`head_dim: heads of ${headSize} numbers cannot be rotated in halves`);
  if (heads % keyValueHeads !== 0)
    throw wrong(`num_attention_heads: ${heads} is not a multiple of num_key_value_heads (${keyValueHeads})`);
  return {
    vocabulary: config.vocab_size,
    layers: config.num_hidden_layers,
    width,
    heads,
    keyValueHeads,
    headSize,
    feedForward: config.intermediate_size,
    attentionBias: family.attentionBias,
    queryKeyNorm: family.queryKeyNorm,
    ...ropeOf(config, wrong),
    ...(config.max_position_embeddings && { longestText: config.max_position_embeddings }),
    epsilon: config.rms_norm_eps,
    tiedEmbeddings: config.tie_word_embeddings,
    previousTokenEmbedding: false,
    inputScale: 1,
    logitScale: 1,
    valueHeads: 0,
  };
}

/** The rotary embedding, in the forms of transformers 4 and 5; where both are there, transformers reads the older one. */
function ropeOf(
  config: Config,
  wrong: (why: string) => AppError,
): { ropeBase: number; ropeScaling?: RopeScaling } {
  const isSet = (rope: Config['rope_scaling']) => rope && Object.keys(rope).length > 0;
  const field = isSet(config.rope_scaling) ? 'rope_scaling' : 'rope_parameters';
  const rope = config[field] ?? {};
  const ropeBase = rope.rope_theta ?? config.rope_theta ?? 10_000;
  if ((rope.rope_type ?? rope.type ?? 'default') === 'default') return { ropeBase };
  const need = <T>(name: string, value: T | null | undefined): T => {
    if (value) return value;
    throw wrong(`${field}.${name}: missing, the rotary embedding of Llama 3 needs it`);
  };
  const ropeScaling = {
    factor: need('factor', rope.factor),
    lowFrequency: need('low_freq_factor', rope.low_freq_factor),
    highFrequency: need('high_freq_factor', rope.high_freq_factor),
    positions: need(
      'original_max_position_embeddings',
      rope.original_max_position_embeddings ?? config.max_position_embeddings,
    ),
  };
  if (ropeScaling.highFrequency <= ropeScaling.lowFrequency)
    throw wrong(`${field}.high_freq_factor: must be above low_freq_factor`);
  return { ropeBase, ropeScaling };
}
