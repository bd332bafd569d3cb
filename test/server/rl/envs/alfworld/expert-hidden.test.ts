import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SUBGOAL_VERBS } from '../../../../../server/rl/envs/alfworld/expert.ts';
import { HiddenExpert } from '../../../../../server/rl/envs/alfworld/expert-hidden.ts';
import type { Dialect, Game } from '../../../../../server/rl/envs/alfworld/game.ts';
import { openGames } from '../../../../../server/rl/envs/alfworld/games.ts';
import { generateGames } from '../../../../../server/rl/envs/alfworld/generate.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { Random } from '../../../../../server/rl/random.ts';

const hasRealGames = existsSync(resolve(process.env.ALFWORLD_DATA ?? '../shared/data/alfworld'));
const games = generateGames({ seed: 3, split: 'valid_unseen', count: 150 });

/** Steps to the win, or Infinity; checks each turn on the way. */
function solve(simulator: AlfworldSimulator, limit: number): number {
  const expert = new HiddenExpert(simulator);
  const classes = new Set(simulator.compiled.game.receptacles.map((receptacle) => receptacle.class));
  const { object, lamp } = simulator.compiled.game;
  for (let steps = 1; steps <= limit; steps++) {
    const before = JSON.stringify(expert.current);
    const { action, subgoal, switched } = expert.act();
    const isSound =
      simulator.admissible().includes(action) &&
      SUBGOAL_VERBS.includes(subgoal.verb) &&
      subgoal.object === (subgoal.verb === 'use' ? lamp : object) &&
      classes.has(subgoal.receptacle) &&
      switched === (before !== JSON.stringify(subgoal));
    if (!isSound) throw new Error(`${simulator.gameId}: ${action}, ${JSON.stringify(subgoal)}, ${switched}`);
    if (simulator.step(action).won) return steps;
  }
  return Number.POSITIVE_INFINITY;
}

function start(game: Game, dialect: Dialect = '2.1.3'): AlfworldSimulator {
  const simulator = new AlfworldSimulator(compileGame(game), {
    dialect,
    stepLimit: Number.POSITIVE_INFINITY,
  });
  simulator.reset();
  return simulator;
}

describe('HiddenExpert', () => {
  it('solves every generated game in as many steps as its walkthrough', () => {
    for (const game of games) expect(solve(start(game), 12), game.id).toBe(game.walkthrough?.length);
  });

  it('speaks the older dialect too', () => {
    for (const game of games.slice(0, 30)) expect(solve(start(game, '2.1.1'), 12)).toBeLessThanOrEqual(12);
  });

  it('takes over from any state', () => {
    const random = new Random('take over');
    let taken = 0;
    for (const game of games) {
      const simulator = start(game);
      for (let i = 0; i < 25 && !simulator.won; i++) simulator.step(random.pick(simulator.admissible()));
      const { held } = simulator.state;
      const holder = held === null ? null : game.objects[held]?.class;
      // A room may have no place at all for what a random player picked up (boots, a plunger).
      const fits = game.canContain.some(([, object]) => object === holder);
      if (simulator.won || (holder && !fits)) continue;
      taken++;
      expect(solve(simulator, 20), game.id).toBeLessThanOrEqual(16);
    }
    expect(taken).toBeGreaterThan(100);
  });

  it('marks the turns of one sub-goal: the first as a switch, the others not', () => {
    const game = games.find(({ taskType }) => taskType === 'pick_heat_then_place_in_recep');
    const simulator = start(game!);
    const expert = new HiddenExpert(simulator);
    const turns = game!.walkthrough!.map(() => {
      const turn = expert.act();
      simulator.step(turn.action);
      return turn;
    });
    expect(turns.filter(({ switched }) => switched).map(({ subgoal }) => subgoal.verb)).toEqual([
      'get',
      'heat',
      'put',
    ]);
    expect(turns[0]?.switched).toBe(true);
    expect(turns[1]).toMatchObject({ switched: false, subgoal: { verb: 'get', object: game!.object } });
  });

  it.skipIf(!hasRealGames)(
    'solves the real games as fast as the stored walkthroughs (needs ALFWORLD_DATA)',
    () => {
      const list = openGames({ source: 'real' }).splits.valid_seen;
      for (let index = 0; index < list.length; index += 2) {
        const game = list.get(index);
        expect(solve(start(game), 12), game.id).toBeLessThanOrEqual(game.walkthrough?.length ?? 12);
      }
    },
  );
});
