import type { ModelInfo } from '../contract/models.ts';
import type { RunConfig } from '../contract/run-config.ts';
import {
  countParameters,
  isAdapterWeight,
  type Parameter,
  type PolicyShape,
  policyParameters,
  tunedShape,
} from '../rl/model/shape.ts';
import { VALUE_HEADS } from '../rl/train/play/decision-row.ts';
import { adapterOf } from '../rl/train/policy/adapter-of.ts';
import type { Pace } from './pace.ts';

// What a language model costs, from what was measured with SmolLM2 (135 million weights, 30 layers of 576) on one core
// (docs/log.md): everything is scaled from there.
const MEASURED_PARAMETERS = 134.5e6;
const ROLLOUT_TOKENS_PER_SECOND = 200;
const UPDATE_TOKENS_PER_SECOND = 150;
/** What a token costs beside the work on the weights, seconds: of a model of 115,000 they are all there is (docs/log.md). */
const ROLLOUT_OVERHEAD = 1 / 18_500;
const UPDATE_OVERHEAD = 1 / 3750;
/** Free text is drawn token by token from the whole vocabulary: 32 rows at 512 tokens. */
const FREE_TOKENS_PER_SECOND = 196;
/**
 * What a decision among the whole vocabulary costs, in tokens, by the share of the weights that the output table has: a LoRA step of
 * 4 x 512 tokens with 400 of them, against the same among 40 ids (docs/log.md).
 */
const FREE_DECISION_TOKENS = 2.1;
/** Gradients of all weights instead of adapters: of one step's tokens a second. */
const FULL_TUNING = 0.69;
/** Weights of blocks in bytes instead of floats: 192 turns of 16 games, and a LoRA step of 4 x 512 (docs/log.md). */
const BYTES_SPEED = 1.6;
/** What a second thread adds to the speed of the first. */
const FURTHER_THREAD_SPEED = 0.64;

/** Tokens a turn: only what is new, or the whole prompt again (SmolLM2's tokenizer, ALFWorld). */
const TOKENS_PER_TURN = { dialogue: 40, rebuilt: 750 } as const;
/** Those of a rebuilt turn that are its response, where the model has seen how long one is. */
const TOKENS_PER_RESPONSE = 37;
/** Share of the step limit that an early episode lasts: a cloned model wins about half of its games. */
export const EPISODE_SHARE = 17 / 30;

/** Weights of a run with this model, and those of them that it trains. */
export interface LanguageWeights {
  /** Those of the model, of adapters and of value heads. */
  all: number;
  trained: number;
}

/** Counted as the run counts them, from the same list. */
export function countWeights(config: RunConfig, model: ModelInfo): LanguageWeights {
  const parameters = policyParameters(shapeOf(config, model));
  const isAdded = ({ name }: Parameter) => isAdapterWeight(name) || name.startsWith('value_head.');
  // The model's own are as its files say: whether its tables are one, a list of shapes does not know.
  const all = model.parameters + countParameters(parameters.filter(isAdded));
  const isWhole = config.tuning === 'full' && config.tunedLayers === 0;
  return { all, trained: isWhole ? all : countParameters(parameters.filter(({ frozen }) => !frozen)) };
}

/** The shape of a run's policy, as far as the sizes of its weights go. */
export function shapeOf(config: RunConfig, model: ModelInfo): PolicyShape {
  const shape: PolicyShape = {
    ...model,
    valueHeads: config.critic === 'shared' ? VALUE_HEADS : 0,
    tiedEmbeddings: true,
    previousTokenEmbedding: false,
    ropeBase: 1,
    epsilon: 0,
    inputScale: 1,
    logitScale: 1,
    quantized: isQuantized(config),
  };
  return tunedShape(shape, adapterOf(config), config);
}

function isQuantized(config: RunConfig): boolean {
  return config.frozenWeights === 'int8' && adapterOf(config) !== undefined;
}

/** How many tokens a language model plays and learns, and how fast, before any run of it was measured. */
export function languagePace(config: RunConfig, model: ModelInfo, threads: number): Pace {
  const { parameters, vocabulary, width, layers } = model;
  const { perTurn, free } = tokensOf(config);
  const speed = (isQuantized(config) ? BYTES_SPEED : 1) * (1 + FURTHER_THREAD_SPEED * (threads - 1));
  const scale = parameters / MEASURED_PARAMETERS / speed;
  const tuning = config.tuning === 'full' ? FULL_TUNING : 1;
  const seconds = (tokensPerSecond: number, overhead: number) =>
    overhead + Math.max(0, 1 / tokensPerSecond - overhead) * scale;
  const share = free / perTurn;
  const shareOf = (upper: number) => (upper === 0 ? 1 : Math.min(1, upper / layers));
  const tuned = shareOf(config.tunedLayers);
  // What the others make of a rollout an update is handed.
  const updated = shareOf(config.updatedLayers || config.tunedLayers);
  const epochs = Math.max(1, config.warmStartEpochs);
  // The other layers go forwards alone, a third of the work; what they make is kept where it stays the same in updates too.
  const firstEpoch = tuned + (1 - tuned) / 3;
  const furtherEpoch = config.updatedLayers === 0 ? tuned : firstEpoch;
  const learning = (part: number) =>
    seconds((UPDATE_TOKENS_PER_SECOND * tuning) / part, UPDATE_OVERHEAD) * (1 + deciding);
  const deciding = share * FREE_DECISION_TOKENS * ((vocabulary * width) / parameters);
  return {
    tokensPerTurn: perTurn,
    turnsPerEpisode: config.stepLimit * EPISODE_SHARE,
    rolloutSecondsPerToken:
      seconds(ROLLOUT_TOKENS_PER_SECOND, ROLLOUT_OVERHEAD) +
      share * seconds(FREE_TOKENS_PER_SECOND, ROLLOUT_OVERHEAD),
    updateSecondsPerToken: learning(updated),
    cloneSecondsPerToken: learning((firstEpoch + (epochs - 1) * furtherEpoch) / epochs),
  };
}

/**
 * Tokens of a turn, and those of them that are written freely: about as many as the expert says where the model was cloned from it,
 * else all that it may.
 */
export function tokensOf({ context, decoding, maxResponseTokens, warmStartEpisodes }: RunConfig) {
  const perTurn = TOKENS_PER_TURN[context];
  if (decoding !== 'free') return { perTurn, free: 0 };
  const free = warmStartEpisodes > 0 ? Math.min(TOKENS_PER_RESPONSE, maxResponseTokens) : maxResponseTokens;
  return { perTurn: perTurn - TOKENS_PER_RESPONSE + free, free };
}
