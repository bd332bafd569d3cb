import type { Evaluation } from '../../../contract/events.ts';
import type { RunConfig, Split } from '../../../contract/run-config.ts';
import type { Language } from '../../agent/language.ts';
import type { Policy } from '../../model/policy.ts';
import { Random } from '../../random.ts';
import type { Team } from '../team/team.ts';
import type { Episode, Played, Recording } from './episodes.ts';
import type { RunGames } from './games.ts';
import { hashGames } from './games-hash.ts';
import { playShared } from './rollout.ts';

export interface EvaluateOptions {
  policy: Policy;
  language: Language;
  games: RunGames;
  config: RunConfig;
  team: Team;
  split: Split;
  /** Step limits to report; episodes are played to the longest. */
  stepLimits: readonly number[];
  /** Gets the episodes turn by turn, when all are played. */
  onPlayed?: ((episodes: readonly Episode[]) => Promise<void>) | undefined;
  onProgress?: (done: number, total: number) => void;
  /** Told of episodes that were broken and do not count. */
  onBroken?: (played: Pick<Played, 'broken' | 'reason'>) => Promise<void>;
  checkpoint?: () => Promise<void>;
}

/** What can be read of an episode that nothing is learned from. */
const READABLE: Recording = {
  values: 'none',
  kept: false,
  observations: true,
  admissible: true,
  lessons: false,
  judged: false,
};

/** What an evaluation says about the policy's age; see `Evaluation`. */
export type TrainingSoFar = Pick<
  Evaluation,
  'iteration' | 'trainingEpisodes' | 'trainingTokens' | 'trainingSeconds'
>;

/**
 * Success on the split's fixed list of games, one result a step limit; empty when the split has no games. Sampling noise
 * is the same for every run and iteration, so differences come from the policy.
 */
export async function evaluate(options: EvaluateOptions, soFar: TrainingSoFar): Promise<Evaluation[]> {
  const { policy, language, games, config, split, stepLimits } = options;
  const started = performance.now();
  const environments = games.evaluationGames(split, config.evaluationGames, Math.max(...stepLimits));
  if (environments.length === 0) return [];
  const gamesHash = await hashGames(config, environments);
  const played = await playShared(options.team, {
    policy,
    language,
    format: config.format,
    environments,
    randoms: environments.map((_, index) => new Random('evaluation', split, index)),
    temperature: config.evaluationTemperature,
    topP: 1,
    record: options.onPlayed ? READABLE : null,
    onProgress: options.onProgress,
    checkpoint: options.checkpoint,
  });
  await options.onBroken?.(played);
  const { episodes } = played;
  const seconds = (performance.now() - started) / 1000;
  await options.onPlayed?.(episodes);
  const { evaluationTemperature: temperature } = config;
  const protocol = { split, games: games.source, gamesHash, temperature };
  return stepLimits.map((stepLimit) => ({
    ...soFar,
    ...protocol,
    stepLimit,
    seconds,
    ...tally(episodes, stepLimit),
  }));
}

/** Success within `stepLimit` turns, in all and by task type; the mean score of the endings where there are scores. */
export function tally(
  episodes: readonly Pick<Episode, 'taskType' | 'won' | 'length' | 'score'>[],
  stepLimit: number,
) {
  const byTaskType: Evaluation['byTaskType'] = {};
  let successes = 0;
  let turns = 0;
  let score = 0;
  for (const episode of episodes) {
    const won = episode.won && episode.length <= stepLimit;
    byTaskType[episode.taskType] ??= { episodes: 0, successes: 0 };
    const entry = byTaskType[episode.taskType] as { episodes: number; successes: number };
    entry.episodes++;
    turns += Math.min(episode.length, stepLimit);
    if (episode.length <= stepLimit) score += episode.score ?? 0;
    if (!won) continue;
    entry.successes++;
    successes++;
  }
  const count = episodes.length;
  return {
    episodes: count,
    successes,
    ...(episodes.some((episode) => episode.score !== undefined) && { score: score / count }),
    episodeLength: turns / count,
    byTaskType,
  };
}
