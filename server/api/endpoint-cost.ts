import { ENVIRONMENT_FACTS } from '../contract/environments.ts';
import type { RunConfig } from '../contract/run-config.ts';
import type { LaunchEstimate } from '../contract/views.ts';

// Of ALFWorld's prompts and short answers, as far as such a guess goes; how fast an endpoint answers, nobody knows before.
const PROMPT_TOKENS = 700;
const ANSWER_TOKENS = 60;
const SECONDS_A_TURN = 2;
const MEMORY_BYTES = 250e6;

/** What the evaluation of a model behind an endpoint takes at most: every episode as long as it may be. */
export function estimateEndpoint(config: RunConfig): Omit<LaunchEstimate, 'slots'> {
  const { evaluationGames, evaluationStepLimits, endpointParallel, inputPrice, outputPrice } = config;
  const episodes = ENVIRONMENT_FACTS[config.environment].evaluated.length * evaluationGames;
  const turns = episodes * Math.max(...evaluationStepLimits);
  const answerTokens = Math.min(ANSWER_TOKENS, config.maxResponseTokens);
  return {
    episodes,
    tokens: turns * (PROMPT_TOKENS + answerTokens),
    seconds: Math.round((turns * SECONDS_A_TURN) / Math.min(endpointParallel, episodes)),
    parameters: 0,
    trainedParameters: 0,
    memoryBytes: MEMORY_BYTES,
    cost: (turns * (PROMPT_TOKENS * inputPrice + answerTokens * outputPrice)) / 1e6,
    basis: `A guess for an endpoint that answers in ${SECONDS_A_TURN} s: ${PROMPT_TOKENS + answerTokens} tokens a turn, every episode as long as it may be.`,
  };
}
