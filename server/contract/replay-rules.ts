import { protocolKey, termsOf } from './board.ts';
import type { Evaluation } from './events.ts';

/** Whether a replay played what an evaluation did: the same games under the same rules. */
export function replays(replay: Evaluation, evaluation: Evaluation): boolean {
  // Evaluations of earlier versions do not say which list of games they played.
  const list = evaluation.gamesHash === undefined ? { ...replay, gamesHash: undefined } : replay;
  return (
    replay.iteration === evaluation.iteration &&
    protocolKey(termsOf(list)) === protocolKey(termsOf(evaluation))
  );
}

/** Whether a replay came out as the evaluation did: the same games of every task type won, in as many turns. */
export function comesOutAlike(replay: Evaluation, evaluation: Evaluation): boolean {
  const types = Object.entries(evaluation.byTaskType);
  return (
    replay.successes === evaluation.successes &&
    Math.abs(replay.episodeLength - evaluation.episodeLength) < 1e-9 &&
    Math.abs((replay.score ?? 0) - (evaluation.score ?? 0)) < 1e-9 &&
    types.every(([type, { successes }]) => replay.byTaskType[type]?.successes === successes)
  );
}
