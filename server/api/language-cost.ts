import type { ModelInfo } from '../contract/models.ts';
import type { RunConfig } from '../contract/run-config.ts';
import { mostSeats } from '../contract/seats.ts';
import type { Pace } from './pace.ts';

// What a language model costs, from what was measured with SmolLM2 (135 million weights, 30 layers of 576) on one core
// (docs/log.md): everything is scaled from there.
const MEASURED_PARAMETERS = 134.5e6;
const MEASURED_ACTIVATIONS = 30 * 576;
const ROLLOUT_TOKENS_PER_SECOND = 200;
const UPDATE_TOKENS_PER_SECOND = 150;
/** Gradients of all weights instead of adapters: of one step's tokens a second. */
const FULL_TUNING = 0.69;
/** What a second thread adds to the speed of the first. */
const FURTHER_THREAD_SPEED = 0.64;

/** Tokens a turn: only what is new, or the whole prompt again (SmolLM2's tokenizer, ALFWorld). */
const TOKENS_PER_TURN = { dialogue: 40, rebuilt: 750 } as const;
/** Share of the step limit that an early episode lasts: a cloned model wins about half of its games. */
const EPISODE_SHARE = 17 / 30;

const FLOAT_BYTES = 4;
/** Gradient, its sum over micro-batches, and two moments of AdamW. */
const BYTES_PER_TRAINED = 16;
/** Activations that a step keeps for each token of a micro-batch. */
const BYTES_PER_TOKEN = 2.5e6;
/** Tokens of a micro-batch, or one row where that has more. */
const MICRO_BATCH_TOKENS = 1024;

/** Weights that a run with this model trains: those of adapters, of upper layers, or all. */
export function countTrained(config: RunConfig, model: ModelInfo): number {
  const { tuning, adapterRank, adapterTargets, tunedLayers } = config;
  const { layers, width, heads, keyValueHeads, headSize, feedForward, parameters } = model;
  const trainedLayers = tunedLayers === 0 ? layers : Math.min(tunedLayers, layers);
  const queries = heads * headSize;
  const keys = keyValueHeads * headSize;
  // Inputs and outputs of q, k, v, o; gate, up, down.
  const attention = [width + queries, width + keys, width + keys, queries + width];
  const feeding = Array.from({ length: 3 }, () => width + feedForward);
  if (tuning === 'lora') {
    const ends = [...attention, ...(adapterTargets === 'all' ? feeding : [])];
    return trainedLayers * adapterRank * ends.reduce((sum, size) => sum + size, 0);
  }
  if (tunedLayers === 0) return parameters;
  const perLayer = 2 * width * (queries + keys) + 3 * width * feedForward + 2 * width;
  return trainedLayers * perLayer + width;
}

/** Bytes that a trainer holds beside what every trainer does: weights, key-value cache, activations. */
export function languageMemory(config: RunConfig, model: ModelInfo): number {
  const { layers, width, keyValueHeads, headSize, parameters } = model;
  const positions = (turns: number) =>
    TOKENS_PER_TURN[config.context] * (config.context === 'dialogue' ? turns : 1);
  const perToken = 2 * layers * keyValueHeads * headSize * FLOAT_BYTES;
  const seats = Math.min(Math.max(config.episodesPerIteration, config.evaluationGames), mostSeats(perToken));
  const longest = positions(Math.max(config.stepLimit, ...config.evaluationStepLimits));
  const cache = seats * longest * perToken;
  const batchTokens = Math.max(MICRO_BATCH_TOKENS, positions(config.stepLimit));
  const activations = batchTokens * BYTES_PER_TOKEN * ((layers * width) / MEASURED_ACTIVATIONS);
  return FLOAT_BYTES * parameters + BYTES_PER_TRAINED * countTrained(config, model) + cache + activations;
}

/** How many tokens a language model plays and learns, and how fast, before any run of it was measured. */
export function languagePace(config: RunConfig, model: ModelInfo, threads: number): Pace {
  const scale = model.parameters / MEASURED_PARAMETERS / (1 + FURTHER_THREAD_SPEED * (threads - 1));
  const tuning = config.tuning === 'full' ? FULL_TUNING : 1;
  return {
    tokensPerTurn: TOKENS_PER_TURN[config.context],
    turnsPerEpisode: config.stepLimit * EPISODE_SHARE,
    rolloutSecondsPerToken: scale / ROLLOUT_TOKENS_PER_SECOND,
    updateSecondsPerToken: scale / UPDATE_TOKENS_PER_SECOND / tuning,
  };
}
