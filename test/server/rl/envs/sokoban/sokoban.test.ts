import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../../../../../server/contract/run-config.ts';
import { Agent } from '../../../../../server/rl/agent/agent.ts';
import type { World } from '../../../../../server/rl/envs/environment.ts';
import { read } from '../../../../../server/rl/envs/sokoban/board.ts';
import { SokobanGame } from '../../../../../server/rl/envs/sokoban/game.ts';
import { SokobanLanguage } from '../../../../../server/rl/envs/sokoban/language.ts';
import { RoomMemory } from '../../../../../server/rl/envs/sokoban/memory.ts';
import { SOKOBAN } from '../../../../../server/rl/envs/sokoban/sokoban.ts';
import { Random } from '../../../../../server/rl/random.ts';

const world: World = SOKOBAN.world;
const config = parseRunConfig({ environment: 'sokoban' });
const roomOf = (...rows: string[]) => new SokobanGame('game', 'room_6x6_1_box', read(rows.join('\n')), 3);

describe('a game of Sokoban', () => {
  it('rewards steps, boxes and the end as gym-sokoban does', () => {
    const game = roomOf('########', '#P√O_XO#', '########');
    expect(game.step('right').reward).toBeCloseTo(-0.1);
    expect(game.step('right').reward).toBeCloseTo(-1.1);
    const solved = roomOf('#####', '#PXO#', '#####').step('right');
    expect(solved).toMatchObject({ done: true, won: true, truncated: false });
    expect(solved.reward).toBeCloseTo(10.9);
  });

  it('is cut off at its step limit; what is no move is a step lost', () => {
    const game = roomOf('######', '#P_XO#', '######');
    const before = game.reset();
    for (const command of ['jump', 'Up'])
      expect(game.step(command)).toMatchObject({ observation: before, done: false });
    expect(game.step('left')).toMatchObject({ observation: before, done: true, truncated: true, won: false });
    expect(game.reset()).toBe(before);
    expect(game.step('right').done).toBe(false);
  });
});

describe('the world of Sokoban', () => {
  it('shares out its kinds of rooms, the same ones for every run, other ones in every split', () => {
    const games = world.openGames(config);
    expect([0, 1, 2, 3].map((index) => games.taskType('train', index))).toEqual([
      ...config.taskTypes,
      config.taskTypes[0],
    ]);
    const first = games.open('test', 5, 15).reset();
    expect(world.openGames(config).open('test', 5, 15).reset()).toBe(first);
    expect(games.open('train', 5, 15).reset()).not.toBe(first);
    expect(games.count('valid_seen')).toBe(0);
  });

  it('has no real games', () => {
    expect(() => world.openGames({ ...config, games: 'real' })).toThrow(/games: .*choose auto or generated/);
  });

  it('remembers which box is which', () => {
    const memory = new RoomMemory('######\n#X___#\n#PX__#\n#____#\n######');
    memory.update('right', '######\n#X___#\n#_PX_#\n#____#\n######');
    expect(memory.board.boxes).toEqual([7, 15]);
    memory.update('up', '######\n#XP__#\n#__X_#\n#____#\n######');
    expect(memory.board.boxes).toEqual([7, 15]);
    expect(memory.subgoals()).toContain('push box 2 left');
  });
});

describe('a demonstration of Sokoban', () => {
  it('wins in every kind of room, in the words of the small policy', async () => {
    const games = world.openGames(config);
    for (let index = 0; index < 9; index++) {
      const agent = new Agent(new SokobanLanguage(), 'plan-execute');
      await agent.start(games.open('train', index, 15));
      const expert = world.expert(agent.memory, new Random(1));
      for (let won = false; !won; ) {
        const turn = expert?.act(agent.environment.admissible());
        if (!turn) throw new Error('no expert');
        const response = agent.demonstrate(turn);
        expect(response).toMatchObject({ subgoal: turn.subgoal, action: turn.action });
        const step = await agent.finish(response);
        expect(step.truncated).toBe(false);
        won = step.won;
      }
    }
  });

  it('goes on where the room cannot be solved any more', async () => {
    const game = roomOf('######', '#X__P#', '#___O#', '######');
    const memory = new RoomMemory(game.reset());
    const expert = world.expert(memory, new Random(1));
    expect(expert?.act(game.admissible())).toMatchObject({ switched: true, subgoal: 'push box 1 up' });
    expect(expert?.act(game.admissible()).switched).toBe(false);
  });

  it('shows the critic what a sub-goal would do', () => {
    const memory = new RoomMemory('######\n#_P__#\n##X__#\n#_O__#\n######');
    const columns = (subgoal: string | null) => {
      const row = world.state.read(memory, subgoal, { planned: true, switched: false });
      return Object.fromEntries(world.state.columns.map((name, i) => [name, row[i]]));
    };
    expect(columns('push box 1 down')).toMatchObject({ subgoalFree: 1, subgoalWins: 1, subgoalWalk: 0 });
    expect(columns('push box 1 up')).toMatchObject({ subgoalFree: 1, subgoalWins: 0 });
    expect(columns('push box 1 left')).toMatchObject({ subgoalFree: 0, 'subgoal.left': 1 });
    expect(columns(null)).toMatchObject({ away: 0.5, 'subgoal.down': 0 });
    expect(columns(null).moves).toBeCloseTo(1 / 20);
    memory.update('up', '######\n#X_P_#\n#____#\n#_O__#\n######');
    expect(columns(null)).toMatchObject({ moves: 1, hope: 0 });
  });
});
