/**
 * How well the two scripted experts play: solved share within 30 and 50 steps, mean length of the games they solve, and
 * mean segment length (turns per sub-goal), by task type.
 *
 *     node test/bench/experts.ts [--games 600] [--greed 2] [--patience 0.5] [--seed 1]
 *
 * Generated games of all three splits, and real ones where ALFWORLD_DATA or ../shared/data/alfworld has them.
 */
import { parseArgs } from 'node:util';
import type { Expert } from '../../server/rl/envs/alfworld/expert.ts';
import { HiddenExpert } from '../../server/rl/envs/alfworld/expert-hidden.ts';
import { DEFAULT_HABITS, SeenExpert } from '../../server/rl/envs/alfworld/expert-seen.ts';
import { type Game, SPLITS, TASK_TYPES } from '../../server/rl/envs/alfworld/game.ts';
import { openGames } from '../../server/rl/envs/alfworld/games.ts';
import { generateGames } from '../../server/rl/envs/alfworld/generate.ts';
import { Knowledge } from '../../server/rl/envs/alfworld/knowledge.ts';
import { AlfworldSimulator, compileGame } from '../../server/rl/envs/alfworld/simulator.ts';
import { Random } from '../../server/rl/random.ts';

const { values } = parseArgs({
  options: {
    games: { type: 'string', default: '600' },
    greed: { type: 'string', default: String(DEFAULT_HABITS.greed) },
    patience: { type: 'string', default: String(DEFAULT_HABITS.patience) },
    seed: { type: 'string', default: '1' },
  },
});
const count = Number(values.games);
const habits = { greed: Number(values.greed), patience: Number(values.patience) };

interface Tally {
  games: number;
  within30: number;
  within50: number;
  /** Steps of the solved games. */
  steps: number;
  turns: number;
  switches: number;
  /** Steps above the stored walkthrough, over the games that have one. */
  extra: number;
}

function playAll(
  games: readonly Game[],
  makeExpert: (simulator: AlfworldSimulator, knowledge: Knowledge) => Expert,
) {
  const tallies = new Map<string, Tally>();
  for (const game of games) {
    const simulator = new AlfworldSimulator(compileGame(game));
    const knowledge = new Knowledge(simulator.reset());
    const expert = makeExpert(simulator, knowledge);
    let switches = 0;
    let isDone = false;
    while (!isDone) {
      const turn = expert.act(simulator.admissible());
      if (turn.switched) switches++;
      const step = simulator.step(turn.action);
      knowledge.update(turn.action, step.observation);
      isDone = step.done;
    }
    for (const key of [game.taskType, 'all']) {
      const tally = tallies.get(key) ?? {
        games: 0,
        within30: 0,
        within50: 0,
        steps: 0,
        turns: 0,
        switches: 0,
        extra: 0,
      };
      tallies.set(key, tally);
      const { steps, won } = simulator;
      tally.games++;
      tally.within30 += won && steps <= 30 ? 1 : 0;
      tally.within50 += won ? 1 : 0;
      tally.steps += won ? steps : 0;
      tally.extra += steps - (game.walkthrough?.length ?? steps);
      tally.turns += steps;
      tally.switches += switches;
    }
  }
  return [...TASK_TYPES, 'all'].flatMap((key) => {
    const tally = tallies.get(key);
    if (!tally) return [];
    return {
      task: key,
      games: tally.games,
      'solved in 30': round(tally.within30 / tally.games),
      'solved in 50': round(tally.within50 / tally.games),
      'steps when solved': round(tally.steps / tally.within50),
      'turns per sub-goal': round(tally.turns / tally.switches),
      'above walkthrough': round(tally.extra / tally.games),
    };
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function report(title: string, games: readonly Game[]): void {
  const random = new Random('experts', Number(values.seed));
  console.log(`\n${title}: expert that knows the hidden state`);
  console.table(playAll(games, (simulator) => new HiddenExpert(simulator)));
  console.log(`${title}: expert that plays from what it has seen`);
  console.table(playAll(games, (_, knowledge) => new SeenExpert(knowledge, random, habits)));
}

for (const split of SPLITS) {
  report(`generated ${split}`, generateGames({ seed: Number(values.seed), split, count }));
}
try {
  const { splits } = openGames({ source: 'real' });
  for (const split of SPLITS) {
    const list = splits[split];
    const size = Math.min(count, list.length);
    // Evenly spread, since the files are sorted by task type.
    const games = Array.from({ length: size }, (_, i) => list.get(Math.floor((i * list.length) / size)));
    if (size > 0) report(`real ${split}`, games);
  }
} catch (error) {
  console.log(`real games: skipped (${(error as Error).message})`);
}
