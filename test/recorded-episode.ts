import { deflateSync } from 'node:zlib';
import type { EpisodeBody, EpisodeTurn, RecordedEpisode } from '../server/contract/episode.ts';

/** A turn of no interest. */
export function makeTurn(changes: Partial<EpisodeTurn> = {}): EpisodeTurn {
  return {
    observation: 'a room',
    subgoal: 'get mug shelf',
    switched: false,
    action: 'look',
    admitted: true,
    malformed: false,
    admissible: [],
    reward: 0,
    done: false,
    tokens: { text: [], level: [], logProbability: [], entropy: [], advantage: [] },
    credit: null,
    ...changes,
  };
}

export function makeBody(changes: Partial<EpisodeBody> = {}): EpisodeBody {
  return { version: 1, commands: [], turns: [], ending: 'the end', credit: null, ...changes };
}

/** As a trainer hands it over. */
export function makeEpisode(
  changes: Partial<RecordedEpisode> = {},
  body: string | Buffer = JSON.stringify(makeBody()),
): RecordedEpisode {
  const { iteration = 1, index = 0, evaluation = false, split = 'train' } = changes;
  return {
    id: evaluation ? `e${iteration}-${split}-${index}` : `t${iteration}-${index}`,
    iteration,
    evaluation,
    split,
    index,
    gameId: `game ${index}`,
    taskType: 'heat',
    won: false,
    length: 12,
    reward: 0,
    switches: 3,
    invalid: 0,
    malformed: 0,
    reasons: ['worst'],
    words: 'put a mug in the fridge',
    body: deflateSync(body).toString('base64'),
    ...changes,
  };
}
