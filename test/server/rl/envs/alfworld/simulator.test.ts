import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dialect, Game } from '../../../../../server/rl/envs/alfworld/game.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { playKitchen, say, smallKitchen } from './small-kitchen.ts';

const NOTHING = 'Nothing happens.';

describe('reset', () => {
  test('lists every receptacle with "a" in id order and ends with the task', () => {
    expect(playKitchen().reset()).toBe(
      '-= Welcome to TextWorld, ALFRED! =-\n\n' +
        'You are in the middle of a room. Looking quickly around you, you see a bathtubbasin 1, a cabinet 2, ' +
        'a cabinet 1, a countertop 1, a fridge 1, a microwave 1, a sidetable 1, and a sinkbasin 1.\n\n' +
        'Your task is to: put a apple in cabinet.',
    );
  });

  test('starts the game over', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1');
    const intro = game.reset();
    expect(intro).toContain('-= Welcome');
    expect(game.steps).toBe(0);
    expect(game.state.held).toBeNull();
    expect(game.state.location).toBe(0);
    expect(game.state.isListed(0, 3)).toBe(true);
  });

  test('uses the facing form where the start place holds a receptacle', () => {
    expect(playKitchen({ start: 3 }).reset()).toContain(
      '\n\nYou are facing the countertop 1. Next to it, you see nothing.',
    );
  });
});

describe('look', () => {
  test('sees nothing before the first move', () => {
    expect(say(playKitchen(), 'look')).toBe(
      'You are in the middle of a room. Looking quickly around you, you see nothing.',
    );
  });

  test('names all receptacles of a shared place without article', () => {
    expect(say(playKitchen(), 'go to cabinet 1', 'look')).toBe(
      'You are facing the cabinet 2, and cabinet 1. Next to it, you see nothing.',
    );
  });

  test('shows what was moved to another receptacle of the same place, until it is put back', () => {
    const game = playKitchen();
    say(game, 'go to cabinet 1', 'open cabinet 1', 'open cabinet 2', 'take box 1 from cabinet 1');
    expect(say(game, 'look')).toContain('Next to it, you see nothing.');
    expect(say(game, 'move box 1 to cabinet 2', 'look')).toContain('Next to it, you see a box 1.');
    expect(say(game, 'take box 1 from cabinet 2', 'move box 1 to cabinet 1', 'look')).toContain(
      'Next to it, you see a box 1.', // now it is missing from cabinet 2
    );
  });
});

describe('go to', () => {
  test('arrives with the description of the named receptacle', () => {
    expect(say(playKitchen(), 'go to countertop 1')).toBe(
      'You arrive at countertop 1. On the countertop 1, you see a apple 2, a knife 1, and a mug 1.',
    );
    expect(say(playKitchen(), 'go to bathtubbasin 1')).toBe(
      'You arrive at bathtubbasin 1. On the bathtubbasin 1, you see nothing.',
    );
    expect(say(playKitchen(), 'go to fridge 1')).toBe('You arrive at fridge 1. The fridge 1 is closed.');
  });

  test('refuses the present place, also by the name of another receptacle there', () => {
    const game = playKitchen();
    expect(say(game, 'go to cabinet 1', 'go to cabinet 1')).toBe(NOTHING);
    expect(say(game, 'go to cabinet 2')).toBe(NOTHING);
    expect(game.admissible()).not.toContain('go to cabinet 2');
  });
});

describe('open and close', () => {
  test('open shows the inside, close does not', () => {
    const game = playKitchen();
    expect(say(game, 'go to fridge 1', 'open fridge 1')).toBe(
      'You open the fridge 1. The fridge 1 is open. In it, you see a apple 2, and a apple 1.',
    );
    expect(say(game, 'open fridge 1')).toBe(NOTHING);
    expect(say(game, 'close fridge 1')).toBe('You close the fridge 1.');
    expect(say(game, 'close fridge 1')).toBe(NOTHING);
  });

  test('only here, and only what opens', () => {
    expect(say(playKitchen(), 'open fridge 1')).toBe(NOTHING);
    expect(say(playKitchen(), 'go to countertop 1', 'open countertop 1')).toBe(NOTHING);
  });

  test('a neighbour at a shared place opens without going there', () => {
    expect(say(playKitchen(), 'go to cabinet 2', 'open cabinet 1')).toBe(
      'You open the cabinet 1. The cabinet 1 is open. In it, you see a box 1.',
    );
  });
});

describe('take and move', () => {
  test('take needs an empty hand, an open door and a listing here', () => {
    const game = playKitchen();
    expect(say(game, 'go to fridge 1', 'take apple 1 from fridge 1')).toBe(NOTHING);
    expect(say(game, 'open fridge 1', 'take apple 1 from fridge 1')).toBe(
      'You pick up the apple 1 from the fridge 1.',
    );
    expect(say(game, 'take apple 2 from fridge 1')).toBe(NOTHING);
    expect(say(playKitchen(), 'take mug 1 from countertop 1')).toBe(NOTHING);
    expect(say(playKitchen(), 'go to sidetable 1', 'take desklamp 1 from sidetable 1')).toBe(NOTHING);
  });

  test('take removes one listing only; the stale one can be taken again after putting the object down', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1');
    expect(say(game, 'go to fridge 1', 'open fridge 1')).toContain('you see a apple 2, and a apple 1.');
    say(game, 'go to sidetable 1', 'move apple 2 to sidetable 1', 'go to fridge 1');
    expect(say(game, 'take apple 2 from fridge 1')).toBe('You pick up the apple 2 from the fridge 1.');
    expect(game.state.receptaclesOf(0)).toEqual([6]);
  });

  test('move needs a matching canContain pair and an open door', () => {
    const game = playKitchen({ canContain: [['cabinet', 'apple']] });
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1', 'go to cabinet 1');
    expect(say(game, 'move apple 2 to cabinet 1')).toBe(NOTHING);
    say(game, 'go to countertop 1');
    expect(say(game, 'move apple 2 to countertop 1')).toBe(NOTHING);
    expect(say(game, 'go to cabinet 1', 'open cabinet 1', 'move apple 2 to cabinet 1')).toBe(
      'You move the apple 2 to the cabinet 1.',
    );
  });

  test('an object without a type can be put nowhere', () => {
    const objects = smallKitchen().objects.map((o) => (o.name === 'mug 1' ? { ...o, type: null } : o));
    const game = playKitchen({ objects });
    expect(
      say(game, 'go to countertop 1', 'take mug 1 from countertop 1', 'move mug 1 to countertop 1'),
    ).toBe(NOTHING);
  });
});

describe('inventory and help', () => {
  test('inventory names the held object', () => {
    const game = playKitchen();
    expect(say(game, 'inventory')).toBe('You are not carrying anything.');
    expect(say(game, 'go to countertop 1', 'take mug 1 from countertop 1', 'inventory')).toBe(
      'You are carrying: a mug 1.',
    );
  });

  test('help starts without and ends with a newline', () => {
    const help = say(playKitchen(), 'help');
    expect(help.startsWith('Available commands:\n  look:  ')).toBe(true);
    expect(help.endsWith('using a sharp object\n')).toBe(true);
    expect(help.split('\n')).toHaveLength(15);
  });
});

describe('examine', () => {
  test('a receptacle here, open or not', () => {
    const game = playKitchen();
    expect(say(game, 'go to fridge 1', 'examine fridge 1')).toBe('The fridge 1 is closed.');
    expect(say(game, 'examine countertop 1')).toBe(NOTHING);
  });

  test('an object only in the hand', () => {
    const game = playKitchen();
    expect(say(game, 'go to countertop 1', 'examine knife 1')).toBe(NOTHING);
    expect(say(game, 'take knife 1 from countertop 1', 'examine knife 1')).toBe(
      "There's nothing special about knife 1.",
    );
  });

  test('a receptacle-object shows its contents and hides its state', () => {
    const game = playKitchen();
    say(
      game,
      'go to countertop 1',
      'take mug 1 from countertop 1',
      'go to sinkbasin 1',
      'clean mug 1 with sinkbasin 1',
    );
    expect(say(game, 'examine mug 1')).toBe('This is a normal mug 1. In it, you see a spoon 1.');
  });

  test.each([
    ['', "There's nothing special about apple 2."],
    ['slice', 'This is a sliced apple 2.'],
    ['clean', 'This is a clean apple 2.'],
    ['heat', 'This is a hot apple 2.'],
    ['cool', 'This is a cold apple 2.'],
    ['clean heat', 'This is a hot and clean apple 2.'],
    ['clean cool', 'This is a cool and clean apple 2.'],
    ['slice clean', 'This is a clean sliced apple 2.'],
    ['slice heat', 'This is a hot sliced apple 2.'],
    ['slice cool', 'This is a cool sliced apple 2.'],
    ['slice clean heat', 'This is a hot and clean sliced apple 2.'],
    ['slice clean cool', 'This is a cool and clean sliced apple 2.'],
    ['heat cool', 'This is a cold apple 2.'],
    ['cool heat', 'This is a hot apple 2.'],
  ])('after "%s": %s', (changes, text) => {
    const steps: Record<string, string[]> = {
      slice: ['take knife 1 from countertop 1', 'slice apple 2 with knife 1', 'move knife 1 to countertop 1'],
      clean: ['go to sinkbasin 1', 'clean apple 2 with sinkbasin 1'],
      heat: ['go to microwave 1', 'heat apple 2 with microwave 1'],
      cool: ['go to fridge 1', 'cool apple 2 with fridge 1'],
    };
    const order = changes.split(' ').filter(Boolean);
    const game = playKitchen();
    say(game, 'go to countertop 1');
    if (order[0] === 'slice') say(game, ...steps[order.shift()!]!);
    say(game, 'take apple 2 from countertop 1', ...order.flatMap((change) => steps[change]!));
    expect(say(game, 'examine apple 2')).toBe(text);
  });
});

describe('use, clean, heat, cool, slice', () => {
  test('use turns on every time and never off', () => {
    const game = playKitchen();
    expect(say(game, 'use desklamp 1')).toBe(NOTHING);
    expect(say(game, 'go to sidetable 1', 'use desklamp 1')).toBe('You turn on the desklamp 1.');
    expect(say(game, 'use desklamp 1')).toBe('You turn on the desklamp 1.');
    expect(game.state.isToggled(3)).toBe(true);
  });

  test('heat and cool work through closed doors and undo each other', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1', 'go to microwave 1');
    expect(say(game, 'heat apple 2 with microwave 1')).toBe('You heat the apple 2 using the microwave 1.');
    expect(say(game, 'go to fridge 1', 'cool apple 2 with fridge 1')).toBe(
      'You cool the apple 2 using the fridge 1.',
    );
    expect([game.state.isHot(0), game.state.isCool(0)]).toEqual([false, true]);
    expect(say(game, 'cool apple 2 with fridge 1')).not.toBe(NOTHING);
  });

  test('each appliance does only its own work, and a bathtub basin does not clean', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1', 'go to bathtubbasin 1');
    expect(say(game, 'clean apple 2 with bathtubbasin 1')).toBe(NOTHING);
    expect(say(game, 'go to sinkbasin 1', 'heat apple 2 with sinkbasin 1')).toBe(NOTHING);
    expect(say(game, 'clean apple 2 with sinkbasin 1')).toBe('You clean the apple 2 using the sinkbasin 1.');
  });

  test('the object must be held and able', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take knife 1 from countertop 1', 'go to microwave 1');
    expect(say(game, 'heat knife 1 with microwave 1')).toBe(NOTHING);
    expect(say(game, 'heat apple 2 with microwave 1')).toBe(NOTHING);
  });

  test('slice looks at the registered place: through doors, not where the object is merely listed', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take knife 1 from countertop 1');
    expect(say(game, 'slice apple 2 with knife 1')).toBe('You sliced the apple 2 with the knife 1.');
    expect(say(game, 'go to fridge 1', 'slice apple 1 with knife 1')).toBe(
      'You sliced the apple 1 with the knife 1.',
    );
    expect(say(game, 'open fridge 1', 'slice apple 2 with knife 1')).toBe(NOTHING);
    expect(say(playKitchen(), 'go to countertop 1', 'slice apple 2 with knife 1')).toBe(NOTHING);
  });
});

describe('reading commands', () => {
  test.each([
    '',
    '   ',
    'dance',
    'go',
    'go to',
    'go to countertop',
    'Look',
    'GO TO countertop 1',
    'go  to countertop 1',
  ])('changes nothing: "%s"', (command) => {
    const game = playKitchen();
    expect(game.step(command)).toEqual({
      observation: NOTHING,
      reward: 0,
      done: false,
      truncated: false,
      won: false,
    });
    expect(game.steps).toBe(1);
  });

  test('outer blanks are trimmed', () => {
    expect(say(playKitchen(), '  go to fridge 1\n')).toBe('You arrive at fridge 1. The fridge 1 is closed.');
  });
});

describe('dialects', () => {
  const play = (dialect: Dialect) => playKitchen({}, { dialect });

  test('2.1.1 says "put … in/on", arrives at numbered places and knows no help', () => {
    const game = play('2.1.1');
    expect(say(game, 'go to countertop 1')).toContain('You arrive at loc 5. On the countertop 1, you see');
    expect(say(game, 'take mug 1 from countertop 1', 'move mug 1 to countertop 1')).toBe(NOTHING);
    expect(say(game, 'put mug 1 in/on countertop 1')).toBe('You put the mug 1 in/on the countertop 1.');
    expect(say(game, 'help')).toBe(NOTHING);
    expect(game.admissible()).not.toContain('help');
  });

  test('2.1.3 does not know "put"', () => {
    const game = play('2.1.3');
    say(game, 'go to countertop 1', 'take mug 1 from countertop 1');
    expect(say(game, 'put mug 1 in/on countertop 1')).toBe(NOTHING);
  });
});

describe('goals', () => {
  const light: Partial<Game> = {
    taskType: 'look_at_obj_in_light',
    object: 'mug',
    target: null,
    lamp: 'desklamp',
  };
  const place = (taskType: Game['taskType'], target = 'sidetable'): Partial<Game> => ({ taskType, target });
  const take = ['go to countertop 1', 'take apple 2 from countertop 1'];
  const put = ['go to sidetable 1', 'move apple 2 to sidetable 1'];

  test('simple: an object of the class in a receptacle of the class', () => {
    const game = playKitchen(place('pick_and_place_simple'));
    say(game, ...take, 'go to sidetable 1');
    expect(game.step('move apple 2 to sidetable 1')).toEqual({
      observation: 'You move the apple 2 to the sidetable 1.',
      reward: 1,
      done: true,
      truncated: false,
      won: true,
    });
  });

  test('after a win the raw engine plays on and can become un-won', () => {
    const game = playKitchen(place('pick_and_place_simple'));
    say(game, ...take, ...put);
    expect(game.step('look')).toMatchObject({ reward: 1, done: true, won: true });
    expect(game.step('take apple 2 from sidetable 1')).toMatchObject({ reward: 0, done: false, won: false });
  });

  test.each([
    ['pick_clean_then_place_in_recep', 'go to sinkbasin 1', 'clean apple 2 with sinkbasin 1'],
    ['pick_heat_then_place_in_recep', 'go to microwave 1', 'heat apple 2 with microwave 1'],
    ['pick_cool_then_place_in_recep', 'go to fridge 1', 'cool apple 2 with fridge 1'],
  ] as const)('%s: only in that condition', (taskType, ...prepare) => {
    const raw = playKitchen(place(taskType));
    say(raw, ...take, ...put);
    expect(raw.won).toBe(false);
    const prepared = playKitchen(place(taskType));
    say(prepared, ...take, ...prepare, ...put);
    expect(prepared.won).toBe(true);
  });

  test('heat: an object cooled later no longer counts', () => {
    const game = playKitchen(place('pick_heat_then_place_in_recep'));
    say(game, ...take, 'go to microwave 1', 'heat apple 2 with microwave 1');
    say(game, 'go to fridge 1', 'cool apple 2 with fridge 1', ...put);
    expect(game.won).toBe(false);
  });

  test('heat: a held object still listed in the target wins at once', () => {
    const game = playKitchen(place('pick_heat_then_place_in_recep', 'fridge'));
    say(game, ...take, 'go to microwave 1');
    expect(game.step('heat apple 2 with microwave 1').won).toBe(true);
  });

  test('two: both in one and the same receptacle', () => {
    const game = playKitchen(place('pick_two_obj_and_place', 'cabinet'));
    say(game, ...take, 'go to cabinet 1', 'open cabinet 1', 'open cabinet 2', 'move apple 2 to cabinet 1');
    say(game, 'go to fridge 1', 'open fridge 1', 'take apple 1 from fridge 1', 'go to cabinet 1');
    expect(game.step('move apple 1 to cabinet 2').won).toBe(false);
    expect(game.step('take apple 1 from cabinet 2').won).toBe(false);
    expect(game.step('move apple 1 to cabinet 1').won).toBe(true);
  });

  test('light: switching on first and fetching later also wins, away from the lamp it does not', () => {
    const game = playKitchen(light);
    say(game, 'go to sidetable 1', 'use desklamp 1', 'go to countertop 1');
    expect(game.step('take mug 1 from countertop 1').won).toBe(false);
    expect(game.step('go to sidetable 1').won).toBe(true);
    expect(game.step('go to fridge 1').won).toBe(false);
  });

  test('an object whose type no fact names matches no goal', () => {
    const objects = smallKitchen().objects.map((o) => (o.class === 'apple' ? { ...o, type: null } : o));
    expect(playKitchen({ objects, target: 'countertop' }).won).toBe(false);
  });
});

describe('the step limit', () => {
  test('the 50th step is played and ends the episode', () => {
    const game = playKitchen();
    for (let i = 1; i < 50; i++) expect(game.step('nonsense').done).toBe(false);
    expect(game.step('go to fridge 1')).toMatchObject({
      observation: 'You arrive at fridge 1. The fridge 1 is closed.',
      reward: 0,
      done: true,
      truncated: true,
      won: false,
    });
  });

  test('a win on the last step is no cut', () => {
    const game = playKitchen({ taskType: 'pick_and_place_simple', target: 'sidetable' }, { stepLimit: 4 });
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1', 'go to sidetable 1');
    expect(game.step('move apple 2 to sidetable 1')).toMatchObject({
      done: true,
      truncated: false,
      won: true,
    });
  });

  test('Infinity never ends it', () => {
    const game = playKitchen({}, { stepLimit: Number.POSITIVE_INFINITY });
    for (let i = 0; i < 500; i++) expect(game.step('look').done).toBe(false);
  });
});

test('says where the things are that the task needs, wherever they go', () => {
  const game = playKitchen();
  const at = (object: string, receptacle: string) => ({ object, receptacle });
  const first = [at('apple 2', 'countertop 1'), at('apple 2', 'fridge 1'), at('apple 1', 'fridge 1')];
  expect(game.neededThings()).toEqual(first);
  say(game, 'go to countertop 1', 'take apple 2 from countertop 1');
  expect(game.neededThings()).toEqual(first.slice(1));
  say(game, 'go to sidetable 1', 'move apple 2 to sidetable 1');
  expect(game.neededThings()).toContainEqual(at('apple 2', 'sidetable 1'));
  const light = { taskType: 'look_at_obj_in_light', goal: 'look at mug under the desklamp' } as const;
  const lit = playKitchen({ ...light, object: 'mug', target: null, lamp: 'desklamp' });
  expect(lit.neededThings()).toEqual([at('mug 1', 'countertop 1'), at('desklamp 1', 'sidetable 1')]);
});

describe('clone', () => {
  test('is in the same state and plays on its own', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take knife 1 from countertop 1');
    const copy = game.clone();
    expect(copy.admissible()).toEqual(game.admissible());
    expect(copy.steps).toBe(2);
    say(copy, 'slice apple 2 with knife 1', 'move knife 1 to countertop 1');
    expect(game.state.held).toBe(5);
    expect(game.state.isSliced(0)).toBe(false);
    expect(copy.state.held).toBeNull();
  });
});

describe('admissible commands', () => {
  test('are sorted by code point, verbs and names alike', () => {
    const game = playKitchen();
    say(game, 'go to countertop 1', 'take apple 2 from countertop 1', 'go to fridge 1', 'open fridge 1');
    expect(game.admissible()).toEqual([
      'close fridge 1',
      'cool apple 2 with fridge 1',
      'examine apple 2',
      'examine fridge 1',
      'go to bathtubbasin 1',
      'go to cabinet 1',
      'go to cabinet 2',
      'go to countertop 1',
      'go to microwave 1',
      'go to sidetable 1',
      'go to sinkbasin 1',
      'help',
      'inventory',
      'look',
      'move apple 2 to fridge 1',
    ]);
  });

  test('a lamp listed twice at one place is offered once', () => {
    const objects = smallKitchen().objects.map((o) =>
      o.name === 'desklamp 1' ? { ...o, receptacles: [1, 2] } : o,
    );
    const game = playKitchen({ objects });
    say(game, 'go to cabinet 1');
    expect(game.admissible().filter((command) => command === 'use desklamp 1')).toHaveLength(1);
  });

  test.each(['2.1.3', '2.1.1'] as const)(
    '%s: are exactly the commands that are answered, sorted',
    (dialect) => {
      const compiled = compileGame(smallKitchen());
      const universe = everyCommand(compiled.game, dialect);
      fc.assert(
        fc.property(fc.array(fc.nat(1000), { maxLength: 40 }), (choices) => {
          const game = new AlfworldSimulator(compiled, { dialect, stepLimit: Number.POSITIVE_INFINITY });
          for (const choice of choices) {
            const admissible = game.admissible();
            game.step(admissible[choice % admissible.length]!);
          }
          const answered = universe.filter((command) => game.clone().step(command).observation !== NOTHING);
          expect(game.admissible()).toEqual(answered.sort());
        }),
        { numRuns: 60 },
      );
    },
  );
});

/** Every command one could say about a game, valid or not. */
function everyCommand(game: Game, dialect: Dialect): string[] {
  const receptacles = game.receptacles.map((r) => r.name);
  const objects = game.objects.map((o) => o.name);
  const pairs = receptacles.flatMap((r) => objects.map((o) => [o, r] as const));
  return [
    'look',
    'inventory',
    'help',
    ...receptacles.flatMap((r) => [`go to ${r}`, `open ${r}`, `close ${r}`, `examine ${r}`, `use ${r}`]),
    ...objects.flatMap((o) => [
      `examine ${o}`,
      `use ${o}`,
      `open ${o}`,
      ...objects.map((k) => `slice ${o} with ${k}`),
    ]),
    ...pairs.flatMap(([o, r]) => [
      `take ${o} from ${r}`,
      dialect === '2.1.3' ? `move ${o} to ${r}` : `put ${o} in/on ${r}`,
      ...['clean', 'heat', 'cool'].map((verb) => `${verb} ${o} with ${r}`),
    ]),
  ];
}

describe('compileGame', () => {
  test.each([
    ['start is 9', { start: 9 }],
    ['two objects are called "apple 2"', { objects: [0, 0].map((i) => smallKitchen().objects[i]!) }],
    [
      'a receptacle index of box 1 is 8',
      { objects: smallKitchen().objects.map((o) => (o.name === 'box 1' ? { ...o, receptacles: [8] } : o)) },
    ],
  ])('refuses a game that does not hold together: %s', (message, changes) => {
    expect(() => compileGame(smallKitchen(changes))).toThrow(message);
  });
});
