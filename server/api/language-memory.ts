import type { ModelInfo } from '../contract/models.ts';
import type { RunConfig } from '../contract/run-config.ts';
import { mostSeats } from '../contract/seats.ts';
import { geometricSize } from '../rl/model/geometric-size.ts';
import {
  cacheBytesPerToken,
  countParameters,
  frozenLayers,
  headSizeOf,
  type PolicyShape,
  policyParameters,
} from '../rl/model/shape.ts';
import { SMALLEST_CAPACITY } from '../rl/model/smallest-capacity.ts';
import type { EngineName } from '../rl/tensor/engine.ts';
import { KEPT_POSITIONS } from '../rl/tensor/kept-positions.ts';
import { BatchSizes } from '../rl/train/learn/batch-sizes.ts';
import { FROZEN_BYTES } from '../rl/train/play/frozen-limit.ts';
import { countWeights, EPISODE_SHARE, shapeOf, tokensOf } from './language-cost.ts';

const FLOAT_BYTES = 4;
/** Of each trained weight: a call's gradient, and the sum over calls before it and behind it. */
const GRADIENT_BYTES = 12;
/** Two moments of AdamW. */
const MOMENT_BYTES = 8;
/** A call that reads several tokens a row makes a new cache beside the old one. */
const CACHES = 2;
/** Of the layer whose gradient is worked out: its table of scores, and what becomes of it, `[heads, positions, positions]` each. */
const SCORE_TABLES = 4;
/** Tables of all decisions of free text by all ids that are in memory at once. */
const FREE_TABLES = 10;
/**
 * What is held for each activation that the gradient needs. TensorFlow runs what is ready, not what frees memory: vectors wait twice,
 * and attention weights that are to be computed again for the gradient are there from the beginning (fitted to SmolLM2's LoRA step).
 */
const HELD = {
  onnxruntime: { vectors: 1, attention: 1, longAttention: 0 },
  cpu: { vectors: 1, attention: 1, longAttention: 0 },
  tensorflow: { vectors: 2, attention: 1.4, longAttention: 1.4 },
} as const satisfies Record<EngineName, object>;

/** What a trainer of a language model holds beside what every trainer does, in bytes. */
export interface MemoryParts {
  /** Of the model. */
  weights: number;
  /** Adapters and value heads. */
  added: number;
  gradients: number;
  /** The optimiser's moments, and the weights that KL is measured to. */
  moments: number;
  /** Of one call of an update. */
  activations: number;
  /** Of those who play at once, as long as the longest episode. */
  cache: number;
  /** Of free text, which is scored among the whole vocabulary. */
  logits: number;
  /** What frozen layers made of a rollout (server/rl/train/learn/frozen-states.ts). */
  frozen: number;
}

/** All parts together: memory that a rollout gave back is not always there for the update. */
export function languageMemory(config: RunConfig, model: ModelInfo, engine?: EngineName): number {
  return Object.values(memoryParts(config, model, engine)).reduce((sum, bytes) => sum + bytes, 0);
}

/** The memory of a config on a model, part by part. */
export function memoryParts(
  config: RunConfig,
  model: ModelInfo,
  engine: EngineName = 'onnxruntime',
): MemoryParts {
  const shape = shapeOf(config, model);
  const { all, trained } = countWeights(config, model);
  const { perTurn, free } = tokensOf(config);
  const positions = (turns: number) => perTurn * (config.context === 'dialogue' ? turns : 1);
  const perToken = cacheBytesPerToken(shape);
  const seats = Math.min(Math.max(config.episodesPerIteration, config.evaluationGames), mostSeats(perToken));
  const longest = positions(Math.max(config.stepLimit, ...config.evaluationStepLimits));
  const places = config.context === 'dialogue' ? geometricSize(longest + 1, SMALLEST_CAPACITY) : longest;
  return {
    weights: FLOAT_BYTES * model.parameters - savedBytes(shape, engine),
    added: FLOAT_BYTES * (all - model.parameters),
    gradients: GRADIENT_BYTES * trained,
    moments: (MOMENT_BYTES + (config.klCoefficient > 0 ? FLOAT_BYTES : 0)) * trained,
    // Cloning, which may work on more layers than updates do, comes first; memory that it gives back is not always there for others.
    activations: activationBytes({ ...shape, updatedLayers: undefined }, positions(config.stepLimit), engine),
    cache: CACHES * seats * places * perToken,
    logits: FREE_TABLES * free * model.vocabulary * FLOAT_BYTES,
    frozen: frozenBytes(config, shape),
  };
}

/** What matrices of bytes take less than those of floats; TensorFlow.js has no bytes. */
function savedBytes(shape: PolicyShape, engine: EngineName): number {
  if (engine !== 'onnxruntime') return 0;
  const matrices = policyParameters(shape).filter(({ name }) => name.endsWith('.quantized'));
  return (FLOAT_BYTES - 1) * countParameters(matrices);
}

/**
 * What a call of an update keeps for its gradient (server/rl/model/transformer.ts, server/rl/tensor/ops.ts), where rows have so many
 * tokens: of each trained layer and token the inputs of both norms and what they make, queries, keys, values and what attention mixes,
 * the gate's four vectors, the adapters' inner ones, and of short rows the attention weights.
 */
export function activationBytes(
  shape: PolicyShape,
  longestRow: number,
  engine: EngineName = 'onnxruntime',
): number {
  const held = HELD[engine];
  const { width, feedForward, heads, keyValueHeads, layers, adapter } = shape;
  const sizes = new BatchSizes(shape);
  const positions = sizes.positions(longestRow);
  const tokens = positions * sizes.capacity(positions);
  const query = heads * headSizeOf(shape);
  const keys = keyValueHeads * headSizeOf(shape);
  const normed = shape.queryKeyNorm ? query + keys : 0;
  const inner = adapter ? adapter.rank * adapter.targets.length : 0;
  const vectors = 4 * width + 2 * query + 2 * keys + normed + 4 * feedForward + inner;
  const attention = (positions > KEPT_POSITIONS ? held.longAttention : held.attention) * heads * positions;
  const trained = layers - frozenLayers(shape);
  const perToken = trained * (held.vectors * vectors + attention) + SCORE_TABLES * heads * positions;
  return FLOAT_BYTES * tokens * perToken;
}

/** Kept up to a limit, of a rollout, or of demonstrations that come again. */
function frozenBytes(config: RunConfig, shape: PolicyShape): number {
  if (frozenLayers(shape) === 0) return 0;
  const bytes = (episodes: number) =>
    FLOAT_BYTES * shape.width * episodes * config.stepLimit * EPISODE_SHARE * tokensOf(config).perTurn;
  const keepsShown = config.warmStartEpochs > 1 && config.updatedLayers === 0;
  const warmStart = keepsShown ? bytes(config.warmStartEpisodes) : 0;
  return Math.min(FROZEN_BYTES, Math.max(bytes(config.episodesPerIteration), warmStart));
}
