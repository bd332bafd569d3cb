import type { EpisodeTurn } from '../../contract/episode.ts';
import type { RunConfig } from '../../contract/run-config.ts';
import type { ReadableEpisode } from '../train/io/hand-over.ts';
import type { EndpointEpisode, EndpointTurn } from './played-episode.ts';

/** The one round of a run that trains nothing. */
export const ROUND = 1;

/** An episode as people read it: of an answer there is the text alone, as if it were a single token. */
export function readableEpisode(episode: EndpointEpisode, config: RunConfig): ReadableEpisode {
  const { split, index, gameId, taskType, won, length, reward, turns, ending } = episode;
  const counted = (test: (turn: EndpointTurn) => boolean) => turns.filter(test).length;
  const commands = new Map<string, number>();
  const place = (command: string) => {
    const known = commands.get(command) ?? commands.size;
    commands.set(command, known);
    return known;
  };
  const described = turns.map((turn): EpisodeTurn => {
    const { observation, subgoal, switched, action, valid, malformed, done } = turn;
    const admissible = turn.admissible.map(place);
    const tokens = tokensOf(turn.answer);
    const said = { observation, subgoal, switched, action, admitted: valid, malformed, admissible };
    return { ...said, reward: turn.reward, done, tokens, credit: null };
  });
  const words = turns.flatMap(({ subgoal, action }) => [subgoal ?? '', action]);
  return {
    summary: {
      id: `e${ROUND}-${split}-${index}`,
      iteration: ROUND,
      evaluation: true,
      split,
      index,
      gameId,
      taskType,
      won,
      length,
      reward,
      switches: config.format === 'plan-execute' ? counted(({ switched }) => switched) : null,
      invalid: counted(({ valid }) => !valid),
      malformed: counted(({ malformed }) => malformed),
      reasons: ['evaluation'],
    },
    words: [...new Set([gameId, turns[0]?.observation ?? '', ...words])].filter(Boolean).join('\n'),
    body: { version: 1, commands: [...commands.keys()], turns: described, ending, credit: null },
  };
}

function tokensOf(answer: string): EpisodeTurn['tokens'] {
  return { text: [answer], level: [null], logProbability: [null], entropy: [null], advantage: [null] };
}
