import type { EpisodeBody } from '../../../server/contract/episode.ts';

/** What the policy was shown on each turn, as a key: the observation and the commands it could choose from, in any order. */
export function stateKeys({ turns, commands }: Pick<EpisodeBody, 'turns' | 'commands'>): string[] {
  return turns.map(({ observation, admissible }) =>
    [observation, ...admissible.map((place) => commands[place]).sort()].join('\n'),
  );
}
