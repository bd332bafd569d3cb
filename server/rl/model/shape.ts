import { AppError } from '../../contract/error.ts';
import type { RunConfig } from '../../contract/run-config.ts';
import type { Random } from '../random.ts';

/** Sizes of a decoder-only transformer of the Llama kind: Llama itself, Qwen2, Qwen3. */
export interface PolicyShape {
  vocabulary: number;
  layers: number;
  width: number;
  heads: number;
  keyValueHeads: number;
  /** Width of one head, where it is not `width / heads` (Qwen3). */
  headSize?: number;
  feedForward: number;
  /** Whether queries, keys and values have biases (Qwen2). */
  attentionBias: boolean;
  /** Whether every head's queries and keys go through an RMSNorm before they are rotated (Qwen3). */
  queryKeyNorm: boolean;
  ropeBase: number;
  /** How Llama 3 stretches the rotary embedding; absent: not at all. */
  ropeScaling?: RopeScaling;
  /** Positions of the longest text that the model has learned to read; absent: no limit. */
  longestText?: number;
  /** Added to the mean square inside RMSNorm. */
  epsilon: number;
  tiedEmbeddings: boolean;
  /** A second embedding table, indexed by the previous token and added to the input (not in Qwen2; learning.md 2). */
  previousTokenEmbedding: boolean;
  /** Factor on input embeddings and on logits; 1 in Qwen2, chosen for small tied tables otherwise (learning.md 2). */
  inputScale: number;
  logitScale: number;
  /** Columns of a linear value head on the hidden state (shared trunk); 0 for none. */
  valueHeads: number;
  /** Low-rank adapters, which beside value heads are then all that training changes; absent: training changes the weights. */
  adapter?: AdapterShape;
  /** Whether the matrices of blocks are held in 8 bits (`tensor/quantized.ts`), and so not trained. */
  quantized?: boolean;
  /** Of the weights, training changes those of so many upper layers, the last norm and value heads; absent: every one. */
  tunedLayers?: number;
  /**
   * Of what training changes, updates change only what is of so many upper layers, of the last norm or a value head: the rest stays as
   * cloning left it. Absent: everything.
   */
  updatedLayers?: number;
}

/** Of how many upper layers something is trained: by cloning and updates, and by updates; 0: of all. */
export interface LayerCounts {
  tunedLayers: number;
  updatedLayers: number;
}

/**
 * Llama 3's rotary embedding for long texts: what turns once in more than `positions / lowFrequency` positions turns `factor`
 * times slower, what turns once in fewer than `positions / highFrequency` is left alone, with a smooth passage between.
 */
export interface RopeScaling {
  factor: number;
  lowFrequency: number;
  highFrequency: number;
  /** Length of the texts that the model had first learned from. */
  positions: number;
}

/** Width of one head. */
export function headSizeOf({ headSize, width, heads }: PolicyShape): number {
  return headSize ?? width / heads;
}

/** Bytes that a token's keys and values take in a cache. */
export function cacheBytesPerToken(shape: PolicyShape): number {
  return 4 * 2 * shape.layers * shape.keyValueHeads * headSizeOf(shape);
}

/** Linear layers of a block, by the last part of their names. */
export const LINEAR_NAMES = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;
export type LinearName = (typeof LINEAR_NAMES)[number];

/**
 * Low-rank adapters (LoRA, Hu et al. 2022): a target's weight `W [out, in]` acts as `W + alpha / rank · B A` with
 * `A [rank, in]` and `B [out, rank]`.
 */
export interface AdapterShape {
  rank: number;
  alpha: number;
  targets: readonly LinearName[];
  /** Numbers of the layers that have adapters; absent: all of them. */
  layers?: readonly number[];
  /** Divides by the root of the rank instead (rsLoRA, Kalajdzievski 2023). */
  rankStabilized?: boolean;
}

/** The factor on `B A`. */
export function adapterScale({ rank, alpha, rankStabilized }: AdapterShape): number {
  return alpha / (rankStabilized ? Math.sqrt(rank) : rank);
}

/** One named weight, in the names and orientation of Hugging Face checkpoints: linear weights are `[out, in]`. */
export interface Parameter {
  name: string;
  shape: number[];
  /** Standard deviation of the first values; 0 for biases and value heads, null for norms (ones). */
  deviation: number | null;
  /** Whether training leaves it alone: the weights under an adapter, or of lower layers. */
  frozen?: boolean;
}

/** The shape of a run's policy. A tied nano table starts small and is scaled up at the input, down at the output. */
export function nanoShape(config: RunConfig, vocabulary: number): PolicyShape {
  return {
    vocabulary,
    layers: config.layers,
    width: config.width,
    heads: config.heads,
    keyValueHeads: config.keyValueHeads,
    feedForward: config.feedForward,
    attentionBias: true,
    queryKeyNorm: false,
    ropeBase: 1000,
    epsilon: 1e-6,
    tiedEmbeddings: config.tiedEmbeddings,
    previousTokenEmbedding: config.previousTokenEmbedding,
    inputScale: 4,
    logitScale: 2 / Math.sqrt(config.width),
    valueHeads: config.critic === 'shared' ? 3 : 0,
  };
}

/**
 * A model's shape with an adapter, if there is one, and with what of it is trained. Throws AppError `bad-input` for layers that
 * there are not.
 */
export function tunedShape(
  base: PolicyShape,
  adapter: AdapterShape | undefined,
  counts: Partial<LayerCounts> = {},
): PolicyShape {
  requireLayerCounts(counts, base.layers);
  const { tunedLayers = 0, updatedLayers = 0 } = counts;
  const shape = updatedLayers === 0 ? base : { ...base, updatedLayers };
  if (tunedLayers === 0) return { ...shape, adapter };
  if (!adapter) return { ...shape, tunedLayers };
  const layers = Array.from({ length: tunedLayers }, (_, i) => base.layers - tunedLayers + i);
  return { ...shape, adapter: { ...adapter, layers } };
}

/** Throws AppError `bad-input` where more upper layers are to be trained than a model has. */
export function requireLayerCounts(
  { tunedLayers = 0, updatedLayers = 0 }: Partial<LayerCounts>,
  layers: number,
): void {
  for (const [name, count] of Object.entries({ tunedLayers, updatedLayers }))
    if (count > layers)
      throw new AppError(
        'bad-input',
        `${name}: the model has ${layers} layers: choose at most ${layers}, or 0 for all of it`,
      );
}

/** Layers below the lowest that updates change: what they make of a text stays the same while episodes are played and learned from. */
export function frozenLayers({
  layers,
  adapter,
  tunedLayers = layers,
  updatedLayers = layers,
}: PolicyShape): number {
  const lowest = adapter ? Math.min(layers - 1, ...(adapter.layers ?? [0])) : layers - tunedLayers;
  return Math.max(lowest, layers - updatedLayers);
}

/** Whether updates change a weight that training changes. */
export function isUpdated({ layers, updatedLayers }: PolicyShape, { name }: Parameter): boolean {
  return updatedLayers === undefined || isUpper(name, layers - updatedLayers);
}

/** Whether a weight is of the layers from `lowest` on, or behind them: of the last norm, or a value head. */
function isUpper(name: string, lowest: number): boolean {
  return name === 'model.norm.weight' || name.startsWith('value_head.') || (layerOf(name) ?? -1) >= lowest;
}

/** Parameters of the policy in the fixed order in which tensors are passed around. */
export function policyParameters(shape: PolicyShape): Parameter[] {
  const { width, feedForward } = shape;
  const size = headSizeOf(shape);
  const [queryWidth, keyValueWidth] = [size * shape.heads, size * shape.keyValueHeads];
  const linear = (name: string, out: number, input: number): Parameter => ({
    name,
    shape: [out, input],
    deviation: 1 / Math.sqrt(input),
  });
  const norm = (name: string, of: number): Parameter => ({ name, shape: [of], deviation: null });
  const projection = (name: string, out: number): Parameter[] => [
    linear(`${name}.weight`, out, width),
    ...(shape.attentionBias ? [{ name: `${name}.bias`, shape: [out], deviation: 0 }] : []),
  ];
  const parameters: Parameter[] = [
    { name: 'model.embed_tokens.weight', shape: [shape.vocabulary, width], deviation: 0.15 },
  ];
  if (shape.previousTokenEmbedding)
    parameters.push({
      name: 'model.embed_previous.weight',
      shape: [shape.vocabulary, width],
      deviation: 0.15,
    });
  for (let layer = 0; layer < shape.layers; layer++) {
    const at = `model.layers.${layer}`;
    parameters.push(
      norm(`${at}.input_layernorm.weight`, width),
      ...projection(`${at}.self_attn.q_proj`, queryWidth),
      ...projection(`${at}.self_attn.k_proj`, keyValueWidth),
      ...projection(`${at}.self_attn.v_proj`, keyValueWidth),
      linear(`${at}.self_attn.o_proj.weight`, width, queryWidth),
      ...(shape.queryKeyNorm
        ? [norm(`${at}.self_attn.q_norm.weight`, size), norm(`${at}.self_attn.k_norm.weight`, size)]
        : []),
      norm(`${at}.post_attention_layernorm.weight`, width),
      linear(`${at}.mlp.gate_proj.weight`, feedForward, width),
      linear(`${at}.mlp.up_proj.weight`, feedForward, width),
      linear(`${at}.mlp.down_proj.weight`, width, feedForward),
    );
  }
  parameters.push(norm('model.norm.weight', width));
  if (!shape.tiedEmbeddings)
    parameters.push({ name: 'lm_head.weight', shape: [shape.vocabulary, width], deviation: 0.15 });
  if (shape.valueHeads > 0)
    parameters.push(
      { name: 'value_head.weight', shape: [shape.valueHeads, width], deviation: 0 },
      { name: 'value_head.bias', shape: [shape.valueHeads], deviation: 0 },
    );
  const { adapter, layers, tunedLayers, quantized } = shape;
  const freeze = (isTrained: (name: string) => boolean) =>
    parameters.map((parameter) =>
      parameter.name.startsWith('value_head.') || isTrained(parameter.name)
        ? parameter
        : { ...parameter, frozen: true },
    );
  const all = adapter
    ? [...freeze(() => false), ...parameters.flatMap((parameter) => adapterParameters(parameter, adapter))]
    : tunedLayers === undefined
      ? parameters
      : freeze((name) => isUpper(name, layers - tunedLayers));
  return quantized ? all.flatMap(quantizedParameters) : all;
}

/** Name of the layer that is held in 8 bits in the place of a weight; null for other weights. */
export function quantizedLayer({ name, shape }: Pick<Parameter, 'name' | 'shape'>): string | null {
  return shape.length === 2 && layerOf(name) !== null && !isAdapterWeight(name)
    ? name.replace(/\.weight$/, '')
    : null;
}

/** What holds a weight in 8 bits, in the order of `QuantizedMatrix`. */
function quantizedParameters(parameter: Parameter): Parameter[] {
  const layer = quantizedLayer(parameter);
  const [out, input] = parameter.shape as [number, number];
  if (layer === null) return [parameter];
  return [
    { ...parameter, name: `${layer}.quantized`, shape: [input, out], frozen: true },
    { name: `${layer}.scale`, shape: [out], deviation: null, frozen: true },
  ];
}

/** The number of the layer that a name such as `model.layers.0.self_attn.q_proj` belongs to; null for none. */
export function layerOf(name: string): number | null {
  const [, number] = /^model\.layers\.(\d+)\./.exec(name) ?? [];
  return number === undefined ? null : Number(number);
}

/** Whether a linear layer of a block, such as `model.layers.0.self_attn.q_proj`, has an adapter. */
export function isAdapted(layer: string, { targets, layers }: AdapterShape): boolean {
  if (layers && !layers.includes(layerOf(layer) ?? -1)) return false;
  return targets.includes(layer.slice(layer.lastIndexOf('.') + 1) as LinearName);
}

/** Whether a parameter is of an adapter. */
export function isAdapterWeight(name: string): boolean {
  return /\.lora_[AB]\.weight$/.test(name);
}

/** A and B of a weight, in PEFT's names without its prefix; none for what is no target. B starts at zero. */
function adapterParameters({ name, shape: [out, input] }: Parameter, adapter: AdapterShape): Parameter[] {
  const layer = name.replace(/\.weight$/, '');
  if (layer === name || !out || !input || !isAdapted(layer, adapter)) return [];
  const { rank } = adapter;
  return [
    { name: `${layer}.lora_A.weight`, shape: [rank, input], deviation: 1 / Math.sqrt(3 * input) },
    { name: `${layer}.lora_B.weight`, shape: [out, rank], deviation: 0 },
  ];
}

/** Number of weights; scales of quantized ones are none. */
export function countParameters(parameters: readonly Parameter[]): number {
  return parameters
    .filter(({ name }) => !name.endsWith('.scale'))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}

/**
 * First weights of a policy, in the order of `policyParameters`. Each output projection starts as the transpose of its value
 * projection, so that a head hands on what it attends to (mimetic initialisation, Trockman and Kolter 2023): a tiny
 * policy then learns to copy names within a short warm start instead of hardly ever (docs/log.md).
 */
export function initialWeights(shape: PolicyShape, random: Random): Float32Array<ArrayBuffer>[] {
  const parameters = policyParameters(shape);
  const weights = parameters.map((parameter) => initialValues(parameter, random.fork(parameter.name)));
  const find = (name: string) => weights[parameters.findIndex((parameter) => parameter.name === name)];
  const size = headSizeOf(shape);
  const headsPerGroup = shape.heads / shape.keyValueHeads;
  for (let layer = 0; layer < shape.layers; layer++) {
    const value = find(`model.layers.${layer}.self_attn.v_proj.weight`); // [keyValueHeads * size, width]
    const output = find(`model.layers.${layer}.self_attn.o_proj.weight`); // [width, heads * size]
    if (!value || !output) continue;
    for (let head = 0; head < shape.heads; head++) {
      const group = Math.floor(head / headsPerGroup);
      for (let i = 0; i < size; i++)
        for (let out = 0; out < shape.width; out++)
          output[(out * shape.heads + head) * size + i] = value[
            (group * size + i) * shape.width + out
          ] as number;
    }
  }
  return weights;
}

/** First values of a parameter, row-major. */
export function initialValues(parameter: Parameter, random: Random): Float32Array<ArrayBuffer> {
  const values = new Float32Array(parameter.shape.reduce((a, b) => a * b, 1));
  if (parameter.deviation === null) values.fill(1);
  else if (parameter.deviation > 0)
    for (let i = 0; i < values.length; i++) values[i] = parameter.deviation * random.normal();
  return values;
}
