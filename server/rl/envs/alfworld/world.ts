import type { RunConfig, Split } from '../../../contract/run-config.ts';
import type { Games, TextEnvironment, World } from '../environment.ts';
import { spokenExpert } from './expert.ts';
import { SeenExpert } from './expert-seen.ts';
import { listGames } from './game-list.ts';
import { openGames } from './games.ts';
import { Knowledge } from './knowledge.ts';
import { AlfworldSimulator, type CompiledGame, compileGame } from './simulator.ts';
import { ALFWORLD_STATE } from './state-features.ts';
import { ALFWORLD_STRATEGIES } from './strategy.ts';

/** Seed of generated games: the same for every run, so that all runs share their splits. */
const GENERATION_SEED = 1;
const GENERATED_EVALUATION_GAMES = 140;
const IDLE = /^(look|inventory|examine)/;

/** Whether a policy should be able to say a command: all but `help`. */
export const isSayable = (command: string): boolean => command !== 'help';

export const ALFWORLD_WORLD: World = {
  name: 'alfworld',
  state: ALFWORLD_STATE,
  strategies: ALFWORLD_STRATEGIES,
  openCommands: [],
  openGames: openRunGames,
  isSayable,
  isIdle: (command) => IDLE.test(command),
  remember: (firstObservation) => new Knowledge(firstObservation),
  inform(firstObservation, environment) {
    const knowledge = new Knowledge(firstObservation);
    if (environment instanceof AlfworldSimulator)
      for (const { object, receptacle } of environment.neededThings()) knowledge.tell(object, receptacle);
    return knowledge;
  },
  expert: (memory: Knowledge, random) => spokenExpert(new SeenExpert(memory, random)),
};

function openRunGames({ games, generatedGames, dialect }: RunConfig): Games {
  const { source, origin, splits } = openGames({
    source: games,
    seed: GENERATION_SEED,
    counts: {
      train: generatedGames,
      valid_seen: GENERATED_EVALUATION_GAMES,
      valid_unseen: GENERATED_EVALUATION_GAMES,
    },
  });
  const none = listGames([]);
  const listOf = (split: Split) => (split === 'test' ? none : splits[split]);
  const compiled = new Map<string, CompiledGame>();
  return {
    source,
    origin,
    leftOut: (split) => listOf(split).leftOut,
    count: (split) => listOf(split).length,
    taskType: (split, index) => listOf(split).taskType(index),
    open(split, index, stepLimit): TextEnvironment {
      const key = `${split} ${index}`;
      const game = compiled.get(key) ?? compileGame(listOf(split).get(index));
      // Evaluation games come back; thousands of training games would fill the memory to save 2 ms each.
      if (split !== 'train') compiled.set(key, game);
      return new AlfworldSimulator(game, { dialect, stepLimit });
    },
  };
}
