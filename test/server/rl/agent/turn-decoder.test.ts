import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LEVEL_CODE,
  type TurnFormat,
  type TurnGrammar,
  type TurnResponse,
} from '../../../../server/rl/agent/turn.ts';
import { encodeTurn, TurnDecoder } from '../../../../server/rl/agent/turn-decoder.ts';
import { SUBGOAL_VERBS, subgoalText } from '../../../../server/rl/envs/alfworld/expert.ts';
import { Knowledge } from '../../../../server/rl/envs/alfworld/knowledge.ts';
import { NanoLanguage } from '../../../../server/rl/envs/alfworld/nano-language.ts';
import { AlfworldSimulator, compileGame } from '../../../../server/rl/envs/alfworld/simulator.ts';
import { ALFWORLD_VOCABULARY as WORDS } from '../../../../server/rl/envs/alfworld/vocabulary.ts';
import { pick, smallKitchen, testRandom } from './games.ts';

const LANGUAGE = new NanoLanguage();
const MUG_IN_CABINET = 'get mug cabinet';
const COMMANDS = [
  'examine shelf 1',
  'go to cabinet 1',
  'go to cabinet 12',
  'help',
  'look',
  'take mug 1 from shelf 1',
];

/** What is known at the beginning in a room of some furniture, where a mug and a desk lamp are wanted. */
function roomOf(...receptacles: string[]): Knowledge {
  const seen = receptacles.map((name) => `a ${name} 1`).join(', ');
  return new Knowledge(
    `You are in the middle of a room. Looking quickly around you, you see ${seen}.\n\nYour task is to: look at mug under the desklamp.`,
  );
}
const ROOM = roomOf('cabinet', 'shelf');

function grammar(changes: Partial<TurnGrammar> = {}): TurnGrammar {
  return {
    format: 'plan-execute',
    admissible: COMMANDS,
    current: MUG_IN_CABINET,
    memory: ROOM,
    ...changes,
  };
}

function decode(of: TurnGrammar, words: string): TurnResponse {
  const decoder = new TurnDecoder(LANGUAGE, of);
  for (const word of words.split(' ')) decoder.push(WORDS.id(word));
  return decoder.response();
}

/** All responses of a grammar. */
function everyResponse(of: TurnGrammar): TurnResponse[] {
  const found: TurnResponse[] = [];
  const walk = (ids: number[]) => {
    const decoder = new TurnDecoder(LANGUAGE, of);
    for (const id of ids) decoder.push(id);
    if (decoder.done) {
      expect(decoder.allowed()).toHaveLength(0);
      found.push(decoder.response());
      return;
    }
    expect(decoder.allowed()?.length).toBeGreaterThan(0);
    for (const id of decoder.allowed() ?? []) walk([...ids, id]);
  };
  walk([]);
  return found;
}

/** Admissible lists met in random play of a small kitchen, both dialects. */
function admissibleLists(count: number): (readonly string[])[] {
  const lists: (readonly string[])[] = [];
  for (const dialect of ['2.1.3', '2.1.1'] as const) {
    const simulator = new AlfworldSimulator(compileGame(smallKitchen()), { dialect, stepLimit: Infinity });
    const random = testRandom(3);
    simulator.reset();
    for (let step = 0; step < count; step++) {
      lists.push(simulator.admissible());
      const walks = simulator
        .admissible()
        .filter((command) => random() < 0.3 || !command.startsWith('go to'));
      simulator.step(pick(walks.length > 0 ? walks : simulator.admissible(), random));
    }
  }
  return lists;
}

describe('the grammar of one turn', () => {
  it('reaches exactly the admissible commands but help', () => {
    for (const admissible of admissibleLists(150)) {
      const flat = everyResponse(grammar({ format: 'flat', admissible }));
      expect(flat.map((response) => response.action).sort()).toEqual(
        admissible.filter((command) => command !== 'help').sort(),
      );
    }
  });

  it('offers every verb with every object and receptacle on SWITCH, and the current sub-goal alone on KEEP', () => {
    const responses = everyResponse(grammar());
    const commands = COMMANDS.length - 1;
    expect(responses).toHaveLength(commands * (1 + SUBGOAL_VERBS.length * 2 * 2));
    const kept = responses.filter((response) => !response.switched);
    expect(kept).toHaveLength(commands);
    for (const response of kept) {
      expect(response.subgoal).toBe(MUG_IN_CABINET);
      expect(response.decisions).not.toContain(1);
      expect(response.decisions).not.toContain(2);
      expect(response.decisions).not.toContain(3);
    }
    expect(new Set(responses.map((response) => WORDS.decode(response.ids).join(' '))).size).toBe(
      responses.length,
    );
  });

  it('forces SWITCH on the first turn', () => {
    const decoder = new TurnDecoder(LANGUAGE, grammar({ current: null }));
    expect(WORDS.decode(decoder.allowed() ?? [])).toEqual(['SWITCH']);
    expect(everyResponse(grammar({ current: null })).every((response) => response.switched)).toBe(true);
  });

  it('describes a turn position by position', () => {
    const response = decode(grammar(), 'SWITCH put mug shelf take mug 1 shelf 1');
    expect(response).toMatchObject({
      switched: true,
      subgoal: 'put mug shelf',
      action: 'take mug 1 from shelf 1',
      lowPosition: 4,
      decisions: [0, 1, 2, 3, 4],
    });
    const { switch: q, high, low } = LEVEL_CODE;
    expect([...response.level]).toEqual([q, high, high, high, low, low, low, low, low]);
    expect(response.allowed).toHaveLength(response.ids.length);
    expect(response.allowed.map((set) => set?.length)).toEqual([2, 6, 2, 2, 4, 1, 1, 1, 1]);
    expect(response.ids).toHaveLength(9);
  });

  it('emits only the action in the flat format', () => {
    const response = decode(grammar({ format: 'flat', current: null }), 'go cabinet 12');
    expect(response).toMatchObject({ switched: false, subgoal: null, lowPosition: 0 });
    expect(response).toMatchObject({ action: 'go to cabinet 12', decisions: [0, 2] });
    expect([...response.level]).toEqual([2, 2, 2]);
  });

  it('begins a strategy episode with one to three classes of the room, each once, then the action', () => {
    const first = grammar({
      format: 'strategy',
      current: null,
      memory: roomOf('bed', 'cabinet', 'shelf'),
    });
    const responses = everyResponse(first);
    // 3 + 3 * 2 + 3 * 2 * 1 orders, each before every command.
    expect(responses).toHaveLength(15 * (COMMANDS.length - 1));
    for (const { strategy, level, lowPosition, switched, subgoal } of responses) {
      expect(new Set(strategy).size).toBe(strategy?.length);
      expect([...level.subarray(0, 4)]).toEqual([1, 1, 1, 2]);
      expect({ lowPosition, switched, subgoal }).toEqual({ lowPosition: 3, switched: false, subgoal: null });
    }
    expect(decode(first, 'shelf none none look')).toMatchObject({
      strategy: ['shelf'],
      decisions: [0, 1, 3],
    });
    expect(() => decode(first, 'shelf shelf')).toThrow(/position 1 .*allowed: bed, cabinet, none$/);
    expect(() => decode(first, 'none')).toThrow(/allowed: bed, cabinet, shelf$/);
  });

  it('emits only the action later in a strategy episode, and keeps the strategy', () => {
    const response = decode(grammar({ format: 'strategy', strategy: ['shelf', 'bed'] }), 'go cabinet 12');
    expect(response).toMatchObject({
      strategy: ['shelf', 'bed'],
      action: 'go to cabinet 12',
      lowPosition: 0,
    });
    expect([...response.level]).toEqual([2, 2, 2]);
  });

  it('refuses tokens outside the grammar and says what is allowed', () => {
    const decoder = new TurnDecoder(LANGUAGE, grammar());
    expect(() => decoder.push(WORDS.id('apple'))).toThrow(
      'token "apple" at position 0 is outside the grammar; allowed: KEEP, SWITCH',
    );
    expect(() => decoder.response()).toThrow(/before its action was complete/);
    expect(() => decode(grammar(), 'KEEP put')).toThrow(/allowed: get$/);
    expect(() => decode(grammar(), 'KEEP get mug cabinet look look')).toThrow(/after the end/);
  });

  it('refuses lists it cannot tell apart or that are empty', () => {
    expect(() => new TurnDecoder(LANGUAGE, grammar({ admissible: ['help'] }))).toThrow(
      /none that can be said/,
    );
    expect(() => new TurnDecoder(LANGUAGE, grammar({ admissible: ['look', 'look apple 1'] }))).toThrow(
      /"look"/,
    );
    expect(() => new TurnDecoder(LANGUAGE, grammar({ admissible: ['look apple 1', 'look'] }))).toThrow(
      /"look"/,
    );
    expect(() => new TurnDecoder(LANGUAGE, grammar({ admissible: ['go to mars 1'] }))).toThrow(/"mars"/);
  });
});

describe('expert turns', () => {
  const turn = fc.record({
    format: fc.constantFrom<TurnFormat>('plan-execute', 'flat'),
    switched: fc.boolean(),
    verb: fc.constantFrom(...SUBGOAL_VERBS),
    object: fc.constantFrom('mug', 'desklamp'),
    receptacle: fc.constantFrom('cabinet', 'shelf'),
    action: fc.constantFrom(...COMMANDS.filter((command) => command !== 'help')),
  });

  it('encode to the response that decoding the same tokens gives', () => {
    fc.assert(
      fc.property(turn, ({ format, switched, action, ...parts }) => {
        const subgoal = switched ? subgoalText(parts) : MUG_IN_CABINET;
        const of = grammar({ format });
        const encoded = encodeTurn(LANGUAGE, of, { switched, subgoal, action });
        expect(decode(of, WORDS.decode(encoded.ids).join(' '))).toEqual(encoded);
        expect(encoded.action).toBe(action);
        if (format === 'flat') return;
        expect(encoded.switched).toBe(switched);
        expect(encoded.subgoal).toBe(subgoal);
      }),
    );
  });

  const expert = { switched: true, subgoal: MUG_IN_CABINET, action: 'look' };
  it.each([
    [
      'a command that is not admissible',
      { ...expert, action: 'fly home' },
      /"fly home" is not among the admissible/,
    ],
    ['help', { ...expert, action: 'help' }, /"help" is not among/],
    [
      'a foreign object',
      { ...expert, subgoal: 'get egg cabinet' },
      /sub-goal "get egg cabinet" is outside .*\(sub-goals: get mug cabinet, get mug shelf, get desklamp cabinet, .*, …\)/,
    ],
    ['an unknown word', { ...expert, subgoal: 'get mug moon' }, /"get mug moon" is outside/],
    [
      'a KEEP that changes the sub-goal',
      { ...expert, switched: false, subgoal: 'get mug shelf' },
      /keeps "get mug shelf", but the current sub-goal is "get mug cabinet"/,
    ],
  ])('are refused by name: %s', (_name, bad, message) => {
    expect(() => encodeTurn(LANGUAGE, grammar(), bad)).toThrow(message);
  });

  it('choose a strategy on the first turn, in the words of the room', () => {
    const first = grammar({ format: 'strategy' });
    const response = encodeTurn(LANGUAGE, first, expert, ['shelf']);
    expect(WORDS.decode(response.ids)).toEqual(['shelf', 'none', 'none', 'look']);
    expect(decode(first, 'shelf none none look')).toEqual(response);
    expect(() => encodeTurn(LANGUAGE, first, expert, ['shelf', 'moon'])).toThrow(
      /strategy "shelf moon" is outside/,
    );
    expect(() => encodeTurn(LANGUAGE, first, expert)).toThrow(
      /strategy "" is outside the grammar \(sub-goals: get mug cabinet/,
    );
  });

  it('cannot keep before there is a sub-goal', () => {
    expect(() => encodeTurn(LANGUAGE, grammar({ current: null }), { ...expert, switched: false })).toThrow(
      /no sub-goal yet/,
    );
  });
});
