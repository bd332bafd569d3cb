import { AppError } from '../../../contract/error.ts';
import { listOf, requireAllowed } from '../../../contract/remote.ts';
import type { RunConfig } from '../../../contract/run-config.ts';
import { dialogueText } from '../../agent/turn-text.ts';
import type { Games, World } from '../environment.ts';
import type { EnvironmentKind } from '../kind.ts';
import { FREE_TEXT, RemoteGame } from './game.ts';
import { REMOTE_STATE, RemoteMemory } from './memory.ts';

/** Seed of the first episode of evaluations, far behind those of training. */
const TEST_SEED = 1_000_000;
const TEST_EPISODES = 1000;
const SHOWN_COMMANDS = 20;

const REMOTE_WORLD: World = {
  name: 'remote',
  state: REMOTE_STATE,
  strategies: null,
  openCommands: [{ shown: FREE_TEXT, head: '', tail: '' }],
  openGames,
  isSayable: () => true,
  isIdle: () => false,
  remember(firstObservation, environment) {
    if (!(environment instanceof RemoteGame)) throw new AppError('internal', 'a game of another environment');
    const { remoteTask, remoteSubgoals } = environment.config;
    const task = remoteTask || 'Do what the environment asks for.';
    return new RemoteMemory(environment, task, listOf(remoteSubgoals), firstObservation);
  },
  inform: () => null,
  expert: () => null,
};

/** An episode is a seed that the server gets; what it makes of it is its own affair. */
function openGames(config: RunConfig): Games {
  if (config.games === 'generated')
    throw new AppError('bad-input', 'games: those of another server are its own: choose auto or real');
  requireAllowed(config.remoteServer, process.env.HIPER_REMOTE_HOSTS?.split(',') ?? null);
  const counts = { train: config.generatedGames, valid_seen: 0, valid_unseen: 0, test: TEST_EPISODES };
  return {
    source: 'real',
    origin: config.remoteServer,
    leftOut: () => ({}),
    count: (split) => counts[split],
    taskType: () => 'remote',
    open: (split, index, stepLimit) =>
      new RemoteGame(config, `${split} ${index}`, split === 'test' ? TEST_SEED + index : index, stepLimit),
  };
}

/** Any environment behind OpenEnv's reset and step. */
export const REMOTE: EnvironmentKind = {
  world: REMOTE_WORLD,
  dialogue: dialogueText(({ history, observation, memory, admissible }) => {
    if (history.length > 0) return observation;
    const isListed = admissible[0] !== FREE_TEXT && admissible.length <= SHOWN_COMMANDS;
    const commands = isListed ? `\nCommands: ${admissible.join(' | ')}` : '';
    return `Task: ${memory.task}\n${observation}${commands}`;
  }),
  reference: {
    role: 'You act in an environment, step by step.',
    dialect: 'alfworld',
    namesTaskFirst: true,
  },
  words: null,
};
