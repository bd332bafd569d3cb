import { describe, expect, it } from 'vitest';
import type { Dialect, Game } from '../../../../../server/rl/envs/alfworld/game.ts';
import { Knowledge, parseGoal, thingOf } from '../../../../../server/rl/envs/alfworld/knowledge.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { hasRealGames, pick, realGames, smallKitchen, testRandom } from '../../agent/games.ts';

const ROOM =
  'You are in the middle of a room. Looking quickly around you, you see a cabinet 10, a cabinet 2, a cabinet 1, a fridge 1, and a sinkbasin 1.';
const welcome = (task: string) =>
  `-= Welcome to TextWorld, ALFRED! =-\n\n${ROOM}\n\nYour task is to: ${task}.`;
const start = (task = 'put a clean mug in fridge') => new Knowledge(welcome(task));
const names = (things: readonly { name: string }[]) => things.map((thing) => thing.name);

describe('goal sentences', () => {
  it.each([
    ['put a cd in safe', 'pick_and_place_simple', 'cd', 'safe', null],
    ['put some cd on safe', 'pick_and_place_simple', 'cd', 'safe', null],
    ['look at cd under the desklamp', 'look_at_obj_in_light', 'cd', null, 'desklamp'],
    ['examine the cd with the desklamp', 'look_at_obj_in_light', 'cd', null, 'desklamp'],
    ['put a clean mug in shelf', 'pick_clean_then_place_in_recep', 'mug', 'shelf', null],
    ['clean some mug and put it in shelf', 'pick_clean_then_place_in_recep', 'mug', 'shelf', null],
    ['put a hot mug in shelf', 'pick_heat_then_place_in_recep', 'mug', 'shelf', null],
    ['heat some mug and put it in shelf', 'pick_heat_then_place_in_recep', 'mug', 'shelf', null],
    ['put a cool mug in shelf', 'pick_cool_then_place_in_recep', 'mug', 'shelf', null],
    ['cool some mug and put it in shelf', 'pick_cool_then_place_in_recep', 'mug', 'shelf', null],
    ['put two mug in shelf', 'pick_two_obj_and_place', 'mug', 'shelf', null],
    ['find two mug and put them in shelf', 'pick_two_obj_and_place', 'mug', 'shelf', null],
  ])('reads "%s"', (sentence, taskType, object, target, lamp) => {
    expect(parseGoal(sentence)).toEqual({ taskType, object, target, lamp });
  });

  it('leaves human annotations unread', () => {
    const knowledge = start('Put the clean mug into the fridge');
    expect(knowledge.goal).toBeNull();
    expect(knowledge.goalText).toBe('Put the clean mug into the fridge');
    expect(knowledge.isReady(thingOf('mug 1'))).toBe(false);
  });

  it('leaves a sentence unread whose target is no receptacle of the room', () => {
    expect(start('put a mug in table').goal).toBeNull();
  });
});

describe('what one game teaches', () => {
  it('lists the room by class and ascending number', () => {
    const knowledge = start();
    expect(names(knowledge.receptacles)).toEqual([
      'cabinet 1',
      'cabinet 2',
      'cabinet 10',
      'fridge 1',
      'sinkbasin 1',
    ]);
    expect([...knowledge.receptaclesByClass.keys()]).toEqual(['cabinet', 'fridge', 'sinkbasin']);
    expect(knowledge.receptacle('cabinet 2')).toMatchObject({
      door: 'unknown',
      explored: false,
      contents: [],
    });
    expect(knowledge.places).toEqual([]);
  });

  it.each([
    ['2.1.3', 'You arrive at fridge 1. ', 'move mug 1 to cabinet 1', 'You move the mug 1 to the cabinet 1.'],
    ['2.1.1', 'You arrive at loc 7. ', 'put mug 1 in/on cabinet 1', 'You put the mug 1 in/on the cabinet 1.'],
  ])('follows doors, hands and places in dialect %s', (_dialect, arrival, putCommand, putAnswer) => {
    const knowledge = start();
    const fridge = knowledge.receptacle('fridge 1');
    knowledge.update('go to fridge 1', `${arrival}The fridge 1 is closed.`);
    expect(fridge).toMatchObject({ door: 'closed', explored: false });
    expect(names(knowledge.places)).toEqual(['fridge 1']);
    knowledge.update(
      'open fridge 1',
      'You open the fridge 1. The fridge 1 is open. In it, you see a apple 2, and a mug 1.',
    );
    expect(fridge).toMatchObject({ door: 'open', explored: true });
    expect(names(fridge?.contents ?? [])).toEqual(['apple 2', 'mug 1']);
    expect(knowledge.sightings('mug').map(({ receptacle }) => receptacle.name)).toEqual(['fridge 1']);

    knowledge.update('take mug 1 from fridge 1', 'You pick up the mug 1 from the fridge 1.');
    expect(knowledge.held?.name).toBe('mug 1');
    expect(names(fridge?.contents ?? [])).toEqual(['apple 2']);
    knowledge.update('close fridge 1', 'You close the fridge 1.');
    expect(fridge?.door).toBe('closed');
    knowledge.update(
      'go to cabinet 1',
      `${arrival.replace('fridge 1', 'cabinet 1')}On the cabinet 1, you see nothing.`,
    );
    expect(knowledge.place).toMatchObject({ name: 'cabinet 1', door: 'none', explored: true, contents: [] });
    knowledge.update(putCommand, putAnswer);
    expect(knowledge.held).toBeNull();
    expect(names(knowledge.receptacle('cabinet 1')?.contents ?? [])).toEqual(['mug 1']);
    expect(knowledge.stepCount).toBe(6);
    expect(knowledge.lastCommand).toBe(putCommand);
  });

  it('knows a treated object to be ready and counts it as placed until it is taken again', () => {
    const knowledge = start();
    knowledge.update('go to sinkbasin 1', 'You arrive at sinkbasin 1. On the sinkbasin 1, you see a mug 1.');
    knowledge.update('take mug 1 from sinkbasin 1', 'You pick up the mug 1 from the sinkbasin 1.');
    const mug = thingOf('mug 1');
    expect(knowledge.isReady(mug)).toBe(false);
    knowledge.update('clean mug 1 with sinkbasin 1', 'You clean the mug 1 using the sinkbasin 1.');
    expect(knowledge.isReady(mug)).toBe(true);
    knowledge.update(
      'go to fridge 1',
      'You arrive at fridge 1. The fridge 1 is open. In it, you see nothing.',
    );
    knowledge.update('move mug 1 to fridge 1', 'You move the mug 1 to the fridge 1.');
    expect(knowledge.placed.map(({ receptacle }) => receptacle.name)).toEqual(['fridge 1']);
    expect(knowledge.isPlaced(mug)).toBe(true);
    knowledge.update('take mug 1 from fridge 1', 'You pick up the mug 1 from the fridge 1.');
    expect(knowledge.placed).toEqual([]);
  });

  it('replaces hot by cool and back', () => {
    const knowledge = start();
    const apple = thingOf('apple 1');
    knowledge.update('heat apple 1 with microwave 1', 'You heat the apple 1 using the microwave 1.');
    knowledge.update('cool apple 1 with fridge 1', 'You cool the apple 1 using the fridge 1.');
    expect([knowledge.is(apple, 'hot'), knowledge.is(apple, 'cool')]).toEqual([false, true]);
  });

  it.each([
    ["There's nothing special about apple 1.", []],
    ['This is a hot and clean sliced apple 1.', ['clean', 'hot', 'sliced']],
    ['This is a cold apple 1.', ['cool']],
    ['This is a cool and clean apple 1.', ['clean', 'cool']],
    ['This is a sliced apple 1.', ['sliced']],
  ] as const)('reads "%s"', (text, conditions) => {
    const knowledge = start();
    const apple = thingOf('apple 1');
    knowledge.update('heat apple 1 with microwave 1', 'You heat the apple 1 using the microwave 1.');
    knowledge.update('examine apple 1', text);
    const all = ['clean', 'hot', 'cool', 'sliced'] as const;
    expect(all.filter((condition) => knowledge.is(apple, condition))).toEqual(conditions);
  });

  it('keeps what it knew when a receptacle-object hides its condition', () => {
    const knowledge = start();
    knowledge.update('clean mug 1 with sinkbasin 1', 'You clean the mug 1 using the sinkbasin 1.');
    knowledge.update('examine mug 1', 'This is a normal mug 1. In it, you see nothing.');
    expect(knowledge.is(thingOf('mug 1'), 'clean')).toBe(true);
  });

  it('learns from look which receptacles share a place', () => {
    const knowledge = start();
    knowledge.update('go to cabinet 2', 'You arrive at cabinet 2. The cabinet 2 is closed.');
    knowledge.update('look', 'You are facing the cabinet 2, and cabinet 1. Next to it, you see nothing.');
    expect(names(knowledge.places).sort()).toEqual(['cabinet 1', 'cabinet 2']);
    knowledge.update('go to fridge 1', 'You arrive at fridge 1. The fridge 1 is closed.');
    expect(names(knowledge.places)).toEqual(['fridge 1']);
  });

  it('reads the inventory, lamps and failures', () => {
    const knowledge = start();
    knowledge.update('inventory', 'You are carrying: a mug 1.');
    expect(knowledge.held?.name).toBe('mug 1');
    knowledge.update('inventory', 'You are not carrying anything.');
    expect(knowledge.held).toBeNull();
    knowledge.update('use desklamp 1', 'You turn on the desklamp 1.');
    expect(knowledge.is(thingOf('desklamp 1'), 'on')).toBe(true);
    knowledge.update('dance', 'Nothing happens.');
    expect(knowledge.lastWorked).toBe(false);
    expect(knowledge.stepCount).toBe(4);
  });

  it('counts unknown texts as steps only', () => {
    const knowledge = start();
    for (const text of [
      '',
      'You',
      'You arrive at ',
      'The end',
      'On the moon 1, you see a cat 1.',
      'This is a ',
      'You pick up the ',
    ]) {
      knowledge.update('anything', text);
    }
    expect(knowledge.stepCount).toBe(7);
    expect(knowledge.receptacles.every((receptacle) => !receptacle.explored)).toBe(true);
  });
});

/** Plays at random and compares everything known with the simulator's hidden state after each step. */
function expectTruth(game: Game, dialect: Dialect, seed: number, steps: number): void {
  const simulator = new AlfworldSimulator(compileGame(game), { dialect, stepLimit: Infinity });
  const knowledge = new Knowledge(simulator.reset());
  const informed = new Knowledge(simulator.reset());
  const whereabouts = () =>
    simulator.neededThings().map(({ object, receptacle }) => `${object}, ${receptacle}`);
  for (const { object, receptacle } of simulator.neededThings()) informed.tell(object, receptacle);
  const random = testRandom(seed);
  expect(knowledge.goal).toMatchObject({ taskType: game.taskType, object: game.object, target: game.target });
  for (let step = 0; step < steps; step++) {
    const commands = simulator.admissible();
    // Taking is rarer than going; without help most play would be walking.
    const takes = commands.filter((command) => /^(take|open|move|put|clean|heat|cool|slice)/.test(command));
    const command = takes.length > 0 && random() < 0.6 ? pick(takes, random) : pick(commands, random);
    const { observation } = simulator.step(command);
    knowledge.update(command, observation);
    informed.update(command, observation);
    const { state } = simulator;
    // Told once where the things are that the task needs, it stays right about them.
    const sightings = [game.object, game.lamp ?? ''].flatMap((name) => informed.sightings(name));
    expect(sightings.map(({ object, receptacle }) => `${object.name}, ${receptacle.name}`).sort()).toEqual(
      whereabouts().sort(),
    );
    const held = state.held === null ? null : (game.objects[state.held]?.name ?? null);
    expect(knowledge.held?.name ?? null, command).toBe(held);
    for (const receptacle of knowledge.places) {
      expect(game.receptacles.find(({ name }) => name === receptacle.name)?.location).toBe(state.location);
    }
    game.receptacles.forEach((truth, index) => {
      const known = knowledge.receptacle(truth.name);
      if (!known) throw new Error(`no ${truth.name}`);
      if (known.door !== 'unknown') {
        const door = truth.openable ? (state.isOpen(index) ? 'open' : 'closed') : 'none';
        expect(known.door, `${truth.name} after ${command}`).toBe(door);
      }
      if (!known.explored) return;
      const contents = state.objectsIn(index).map((o) => game.objects[o]?.name ?? '');
      expect(names(known.contents).sort(), `${truth.name} after ${command}`).toEqual(contents.sort());
    });
    game.objects.forEach((truth, index) => {
      const thing = thingOf(truth.name);
      if (knowledge.is(thing, 'clean')) expect(state.isClean(index)).toBe(true);
      if (knowledge.is(thing, 'hot')) expect(state.isHot(index)).toBe(true);
      if (knowledge.is(thing, 'cool')) expect(state.isCool(index)).toBe(true);
      if (knowledge.is(thing, 'sliced')) expect(state.isSliced(index)).toBe(true);
      if (knowledge.is(thing, 'on')) expect(state.isToggled(index)).toBe(true);
    });
  }
}

describe('knowledge against the hidden state, random play', () => {
  it.each(['2.1.3', '2.1.1'] as const)('small kitchen, dialect %s', (dialect) => {
    for (let seed = 0; seed < 5; seed++) expectTruth(smallKitchen(), dialect, seed, 120);
  });

  it.skipIf(!hasRealGames)('real games (skipped without ../shared/data/alfworld or ALFWORLD_DATA)', () => {
    for (const [seed, game] of realGames(14).entries()) {
      expectTruth(game, seed % 2 === 0 ? '2.1.3' : '2.1.1', seed, 60);
    }
  });
});
