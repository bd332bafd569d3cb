import type { RunConfig } from '../../contract/run-config.ts';
import type { EndpointEpisode, EndpointTurn } from './played-episode.ts';

/** The numbers of a run behind an endpoint under the keys of the metric catalogue; not-a-number becomes null. */
export function endpointMetrics(
  episodes: readonly EndpointEpisode[],
  faults: number,
  { format, inputPrice, outputPrice }: RunConfig,
): Record<string, number | null> {
  const turns = episodes.flatMap((episode) => episode.turns);
  const share = (test: (turn: EndpointTurn) => boolean) => turns.filter(test).length / turns.length;
  const promptTokens = total(turns.map((turn) => turn.promptTokens));
  const answerTokens = total(turns.map((turn) => turn.answerTokens));
  const values: Record<string, number> = {
    validActions: share(({ valid }) => valid),
    idleActions: share(({ idle }) => idle),
    malformed: share(({ malformed }) => malformed),
    emptyResponses: share(({ empty }) => empty),
    ...(format === 'plan-execute' && segmentMetrics(episodes)),
    endpointPromptTokens: promptTokens,
    endpointAnswerTokens: answerTokens,
    endpointCost: (promptTokens * inputPrice + answerTokens * outputPrice) / 1e6,
    endpointAnswers: turns.length,
    endpointFaults: faults,
    endpointCutShort: share(({ isCutShort }) => isCutShort),
    endpointAnswerSeconds: turns.reduce((sum, { seconds }) => sum + seconds, 0) / turns.length,
  };
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Number.isFinite(value) ? value : null]),
  );
}

/** An episode's first turn begins a segment whatever it says. */
function segmentMetrics(episodes: readonly EndpointEpisode[]): Record<string, number> {
  const turns = episodes.flatMap((episode) => episode.turns.map((turn, index) => ({ turn, index, episode })));
  const segments = turns.filter(({ turn, index }) => index === 0 || turn.switched).length;
  const kept = turns.filter(({ turn, index }) => index > 0 && !turn.switched);
  const changed = kept.filter(
    ({ turn, index, episode }) => turn.subgoal !== episode.turns[index - 1]?.subgoal,
  );
  return {
    boundaryShare: segments / turns.length,
    segmentLength: turns.length / segments,
    ...(kept.length > 0 && { keepChangedSubgoal: changed.length / kept.length }),
  };
}

/** Not a number where one of them was not counted. */
function total(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0);
}
