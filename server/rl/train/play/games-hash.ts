import { createHash } from 'node:crypto';
import { ENVIRONMENT_FACTS } from '../../../contract/environments.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import type { TextEnvironment } from '../../envs/environment.ts';

/**
 * 16 hex digits that are the same for the same games in the same order, told by their ids and first observations. Starts the games
 * over: ask before they are played. On another server that would cost episodes: there its address and the ids tell them.
 */
export async function hashGames(
  { environment, remoteServer }: Pick<RunConfig, 'environment' | 'remoteServer'>,
  games: readonly TextEnvironment[],
): Promise<string> {
  const { isElsewhere } = ENVIRONMENT_FACTS[environment];
  const hash = createHash('sha256');
  for (const game of games) {
    const told = isElsewhere ? remoteServer : await game.reset();
    hash.update(game.gameId).update('\0').update(told).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
