import { ENVIRONMENT_FACTS } from '../contract/environments.ts';
import { makespan } from '../contract/makespan.ts';
import type { ModelInfo } from '../contract/models.ts';
import { type FieldName, methodKey, type RunConfig, SPLITS } from '../contract/run-config.ts';
import type { ComparisonEstimate, LaunchEstimate } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import { teamSize } from '../rl/train/team/team-size.ts';
import type { NativeRun } from '../store/runs.ts';
import { chosenModel } from './chosen-model.ts';
import { estimateEndpoint } from './endpoint-cost.ts';
import { countWeights, languagePace } from './language-cost.ts';
import { languageMemory } from './language-memory.ts';
import type { Pace } from './pace.ts';

// Before any run has been measured on a machine: `npm run bench -- threads` (docs/log.md; preset quick, one core a run).
const TOKENS_PER_TURN = 53;
const TURNS_PER_EPISODE = 24;
const TURNS_PER_DEMONSTRATION = 9;
const STEP_LIMIT_OF_TURNS = 30;
const ROLLOUT_TOKENS_PER_SECOND = 80_000;
const UPDATE_TOKENS_PER_SECOND = 60_000;
const PARAMETERS_OF_SPEEDS = 123_584;
/** Words of the policy that the speeds are of. */
const VOCABULARY = ENVIRONMENT_FACTS.alfworld.vocabulary;
const START_SECONDS = 5;

/** Runs whose policy is at most this many times larger or smaller count as similar. */
const SIMILAR_SIZE = 1.6;

export interface Speed {
  parameters: number;
  tokens: number;
  episodes: number;
  /** Of training alone. */
  seconds: number;
}

/** Weights of the small policy, as `policyParameters` of server/rl/model lists them; about, where its words are learned from data. */
export function countParameters(
  config: RunConfig,
  vocabulary = ENVIRONMENT_FACTS[config.environment].vocabulary,
): number {
  const { layers, width, heads, keyValueHeads, feedForward, tiedEmbeddings, previousTokenEmbedding } = config;
  const keyValueWidth = (width / heads) * keyValueHeads;
  const attention = 2 * width * width + 2 * width * keyValueWidth + width + 2 * keyValueWidth;
  const perLayer = attention + 3 * width * feedForward + 2 * width;
  const tables = 1 + (tiedEmbeddings ? 0 : 1) + (previousTokenEmbedding ? 1 : 0);
  const valueHeads = config.critic === 'shared' ? 3 * (width + 1) : 0;
  return layers * perLayer + tables * vocabulary * width + width + valueHeads;
}

// Resident memory of a trainer, fitted to what nine sizes took (docs/log.md; `npm run bench -- memory` measures four of them);
// test/server/api/estimate.test.ts holds it to the others.
const BASE_MEMORY = 420e6;
/** Weights, gradients, two moments of AdamW, and what an update holds of them meanwhile. */
const BYTES_PER_PARAMETER = 32;
/** A turn as played: tokens, decisions with what was allowed, state features; replayed for some iterations. */
const BYTES_PER_TURN = 75e3;
const PROMPT_POSITIONS = 64;
/** Prompts that run through the policy at once (server/rl/train/play/rollout.ts). */
const LARGEST_BATCH = 128;
/** Share of the step limit that an early episode lasts. */
const EPISODE_SHARE = TURNS_PER_EPISODE / STEP_LIMIT_OF_TURNS;
/** Share of all activations of a batch that is alive at once. */
const ALIVE_ACTIVATIONS = 0.5;
/** What every further member of a run's team adds, as a share of the first. */
const FURTHER_MEMBER = 0.6;

/** Bytes that a trainer of this config holds at most, on so many threads; `model` is the language model it names, if any. */
export function estimateMemory(config: RunConfig, threads: number, model: ModelInfo | null = null): number {
  const { episodesPerIteration, stepLimit } = config;
  const turns = episodesPerIteration * stepLimit * EPISODE_SHARE;
  const policy = model ? languageMemory(config, model) : nanoMemory(config);
  const alone = BASE_MEMORY + BYTES_PER_TURN * turns + policy;
  const members = teamSize(threads, model?.parameters ?? countParameters(config));
  return Math.round(alone * (1 + FURTHER_MEMBER * (members - 1)));
}

function nanoMemory(config: RunConfig): number {
  const { layers, width, feedForward, episodesPerIteration, evaluationGames } = config;
  const rows = Math.min(Math.max(episodesPerIteration, evaluationGames), LARGEST_BATCH);
  const activations = 4 * rows * PROMPT_POSITIONS * layers * (4 * width + 3 * feedForward);
  return BYTES_PER_PARAMETER * countParameters(config) + ALIVE_ACTIVATIONS * activations;
}

function nanoPace(config: RunConfig): Pace {
  // What a larger table of words costs is little beside the layers.
  const scale = countParameters(config, VOCABULARY) / PARAMETERS_OF_SPEEDS;
  return {
    tokensPerTurn: TOKENS_PER_TURN,
    turnsPerEpisode: TURNS_PER_EPISODE * (config.stepLimit / STEP_LIMIT_OF_TURNS),
    rolloutSecondsPerToken: scale / ROLLOUT_TOKENS_PER_SECOND,
    updateSecondsPerToken: scale / UPDATE_TOKENS_PER_SECOND,
    cloneSecondsPerToken: scale / UPDATE_TOKENS_PER_SECOND,
  };
}

/**
 * The cost of a config; `measured` holds what similar runs took on this machine, newest first, `model` the language model that
 * the config names, if any.
 */
export function estimateCost(
  config: RunConfig,
  measured: readonly Speed[],
  threads = 1,
  model: ModelInfo | null = null,
): Omit<LaunchEstimate, 'slots'> {
  const pace = model ? languagePace(config, model, threads) : nanoPace(config);
  const episodes = config.iterations * config.episodesPerIteration;

  const sum = (key: keyof Speed) => measured.reduce((total, speed) => total + speed[key], 0);
  const known = sum('tokens') > 0 && sum('seconds') > 0;
  const tokensPerEpisode = known
    ? sum('tokens') / sum('episodes')
    : pace.tokensPerTurn * pace.turnsPerEpisode;
  const tokens = Math.round(episodes * tokensPerEpisode);

  const guessed = pace.rolloutSecondsPerToken + pace.updateSecondsPerToken * config.updateEpochs;
  const secondsPerToken = known ? sum('seconds') / sum('tokens') : guessed;

  // Evaluation only plays, cloning only learns: their parts of the measured time per token are those of the guess.
  const evaluations = Math.ceil(config.iterations / config.evaluateEvery) + 1;
  const played = evaluations * (SPLITS.length - 1) * config.evaluationGames * tokensPerEpisode;
  const cloned =
    config.warmStartEpisodes * config.warmStartEpochs * TURNS_PER_DEMONSTRATION * pace.tokensPerTurn;
  const seconds =
    tokens * secondsPerToken +
    played * secondsPerToken * (pace.rolloutSecondsPerToken / guessed) +
    cloned * secondsPerToken * (pace.cloneSecondsPerToken / guessed) +
    START_SECONDS;

  const own = countParameters(config);
  const weights = model ? countWeights(config, model) : { all: own, trained: own };
  return {
    episodes,
    tokens,
    seconds: Math.round(seconds),
    parameters: weights.all,
    trainedParameters: weights.trained,
    memoryBytes: estimateMemory(config, threads, model),
    basis: known
      ? `The mean speed of ${measured.length} similar ${measured.length === 1 ? 'run' : 'runs'} here.`
      : describeGuess(pace, config, threads, model),
  };
}

function describeGuess(
  { tokensPerTurn, turnsPerEpisode }: Pace,
  { stepLimit }: RunConfig,
  threads: number,
  model: ModelInfo | null,
): string {
  const machine = model ? (threads === 1 ? 'one core' : `${threads} cores`) : '2 cores';
  return `A rule of thumb for ${machine} (no similar run here yet): ${tokensPerTurn} tokens a turn, ${Math.round(turnsPerEpisode)} turns of ${stepLimit} an episode.`;
}

/** Estimates from what similar runs took here. Throws AppError `bad-input` where the model it names is not here. */
export async function estimateLaunch(lab: Lab, config: RunConfig): Promise<LaunchEstimate> {
  if (config.policy === 'endpoint') return { ...estimateEndpoint(config), slots: lab.config.slots };
  const model = await chosenModel(lab, config);
  const similar = (await lab.store.runs.listNative()).filter((run) => isSimilar(run, config)).slice(0, 5);
  const measured: Speed[] = [];
  for (const run of similar) {
    const values = await lab.store.events.lastValues(run.id);
    if (!values?.tokens || !values.episodes || !values.trainingSeconds) continue;
    measured.push({
      parameters: run.facts?.parameters ?? 0,
      tokens: values.tokens,
      episodes: values.episodes,
      seconds: values.trainingSeconds,
    });
  }
  const cost = estimateCost(config, measured, config.threads || lab.config.threadsPerRun, model);
  return { ...cost, slots: lab.config.slots };
}

/** How long runs launched together take, were nothing else to train. */
export async function estimateTogether(lab: Lab, configs: readonly RunConfig[]): Promise<ComparisonEstimate> {
  const { slots } = lab.config;
  const costs = new Map<string, number>();
  for (const config of configs)
    if (!costs.has(methodKey(config)))
      costs.set(methodKey(config), (await estimateLaunch(lab, config)).seconds);
  const seconds = configs.map((config) => costs.get(methodKey(config)) as number);
  return { runs: configs.length, slots, seconds: makespan(seconds, slots) };
}

function isSimilar(run: NativeRun, config: RunConfig): boolean {
  if (run.iteration < 1 || run.config.stepLimit !== config.stepLimit) return false;
  if (run.config.updateEpochs !== config.updateEpochs || run.config.format !== config.format) return false;
  if (config.policy !== run.config.policy) return false;
  if (config.policy === 'pretrained')
    return ALIKE_IN_SPEED.every((name) => run.config[name] === config[name]);
  const ratio = countParameters(run.config) / countParameters(config);
  return ratio < SIMILAR_SIZE && ratio > 1 / SIMILAR_SIZE;
}

/** What language models have in common whose runs are about equally fast. */
const ALIKE_IN_SPEED = [
  'model',
  'context',
  'decoding',
  'maxResponseTokens',
  'tuning',
  'tunedLayers',
  'updatedLayers',
  'adapterTargets',
] as const satisfies FieldName[];
