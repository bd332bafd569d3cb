import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type DEFAULT_HABITS,
  PLAIN_HABITS,
  SeenExpert,
} from '../../../../../server/rl/envs/alfworld/expert-seen.ts';
import type { Dialect, Game } from '../../../../../server/rl/envs/alfworld/game.ts';
import { openGames } from '../../../../../server/rl/envs/alfworld/games.ts';
import { generateGames } from '../../../../../server/rl/envs/alfworld/generate.ts';
import { Knowledge } from '../../../../../server/rl/envs/alfworld/knowledge.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { Random } from '../../../../../server/rl/random.ts';

const hasRealGames = existsSync(resolve(process.env.ALFWORLD_DATA ?? '../shared/data/alfworld'));
const games = generateGames({ seed: 5, split: 'train', count: 200 });

interface PlayOptions {
  seed?: number;
  habits?: typeof DEFAULT_HABITS;
  dialect?: Dialect;
  /** Random commands played before the expert takes over. */
  lead?: number;
  stepLimit?: number;
}

function play(game: Game, { seed = 1, habits, dialect, lead = 0, stepLimit = 50 }: PlayOptions = {}) {
  const simulator = new AlfworldSimulator(compileGame(game), { dialect, stepLimit });
  const knowledge = new Knowledge(simulator.reset());
  const random = new Random('player', seed);
  const expert = new SeenExpert(knowledge, random, habits);
  const turns: ReturnType<SeenExpert['act']>[] = [];
  let isDone = false;
  while (!isDone) {
    let action: string;
    if (simulator.steps < lead) action = random.pick(simulator.admissible());
    else {
      const turn = expert.act(simulator.admissible());
      turns.push(turn);
      action = turn.action;
      if (!simulator.admissible().includes(action)) throw new Error(`${game.id}: not admissible: ${action}`);
    }
    const step = simulator.step(action);
    knowledge.update(action, step.observation);
    isDone = step.done;
  }
  return { won: simulator.won, steps: simulator.steps, turns };
}

const share = <T>(items: T[], holds: (item: T) => boolean) => items.filter(holds).length / items.length;

describe('SeenExpert', () => {
  it('solves at least 97 % of generated games within 30 steps', () => {
    const played = games.map((game) => play(game));
    expect(share(played, ({ won, steps }) => won && steps <= 30)).toBeGreaterThanOrEqual(0.97);
  });

  it('with plain habits solves 70-95 % within 30 steps, in longer segments', () => {
    const plain = games.map((game) => play(game, { habits: PLAIN_HABITS }));
    const within30 = share(plain, ({ won, steps }) => won && steps <= 30);
    expect(within30).toBeGreaterThan(0.7);
    expect(within30).toBeLessThan(0.95);
    const turns = plain.flatMap((game) => game.turns);
    expect(turns.length / turns.filter(({ switched }) => switched).length).toBeGreaterThan(2.5);
  });

  it('plays the same game for the same seed and another one for another', () => {
    const actions = (seed: number) =>
      games.slice(0, 40).map((game) => play(game, { seed }).turns.map(({ action }) => action));
    expect(actions(1)).toEqual(actions(1));
    expect(actions(2)).not.toEqual(actions(1));
  });

  it('switches on the first turn and whenever the sub-goal changes', () => {
    for (const game of games.slice(0, 60)) {
      const classes = new Set(game.receptacles.map((receptacle) => receptacle.class));
      const { turns } = play(game);
      const bad = turns.filter(({ switched, subgoal }, i) => {
        const isNew = JSON.stringify(subgoal) !== JSON.stringify(turns[i - 1]?.subgoal);
        const isKnown = subgoal.object === (subgoal.verb === 'use' ? game.lamp : game.object);
        return switched !== isNew || !isKnown || !classes.has(subgoal.receptacle);
      });
      expect(bad, game.id).toEqual([]);
    }
  });

  it('speaks the older dialect too', () => {
    const played = games.slice(0, 60).map((game) => play(game, { dialect: '2.1.1' }));
    expect(share(played, ({ won }) => won)).toBeGreaterThan(0.95);
  });

  it('takes over after twenty random commands', () => {
    const played = games.slice(0, 150).map((game) => play(game, { lead: 20, stepLimit: 80 }));
    expect(share(played, ({ won }) => won)).toBeGreaterThan(0.9);
  });

  it('labels another player by the sub-goal that player has in force', () => {
    const simulator = new AlfworldSimulator(compileGame(games[0]!));
    const knowledge = new Knowledge(simulator.reset());
    const first = new SeenExpert(knowledge, new Random(1), PLAIN_HABITS).act(simulator.admissible());
    const other = new SeenExpert(knowledge, new Random(99), PLAIN_HABITS);
    other.current = first.subgoal;
    expect(other.act(simulator.admissible())).toEqual({ ...first, switched: false });
  });

  it('refuses a goal in words of its own', () => {
    const knowledge = new Knowledge(
      'You are in the middle of a room. Looking quickly around you, you see a bed 1.\n\nYour task is to: tidy up.',
    );
    expect(() => new SeenExpert(knowledge, new Random(1))).toThrow('tidy up');
  });

  it.skipIf(!hasRealGames)('solves at least 95 % of real games within 30 steps (needs ALFWORLD_DATA)', () => {
    const list = openGames({ source: 'real' }).splits.valid_seen;
    const played = Array.from({ length: list.length }, (_, index) => play(list.get(index)));
    expect(share(played, ({ won, steps }) => won && steps <= 30)).toBeGreaterThanOrEqual(0.95);
  });
});
