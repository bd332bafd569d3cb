import type { Evaluation } from '../server/contract/events.ts';

/** An evaluation as tests want it: half of 140 games won, and what they change. */
export function makeEvaluation(changes: Partial<Evaluation>): Evaluation {
  return {
    iteration: 0,
    split: 'valid_seen',
    games: 'generated',
    stepLimit: 30,
    temperature: 0.4,
    episodes: 140,
    successes: 70,
    episodeLength: 20,
    byTaskType: {},
    seconds: 1,
    trainingEpisodes: 0,
    trainingTokens: 0,
    trainingSeconds: 0,
    ...changes,
  };
}
