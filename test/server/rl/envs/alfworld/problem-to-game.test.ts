import { describe, expect, test } from 'vitest';
import { readExpressions, readProblem } from '../../../../../server/rl/envs/alfworld/pddl.ts';
import { buildGame, type GameSource } from '../../../../../server/rl/envs/alfworld/problem-to-game.ts';
import { PROBLEM } from './small-problem.ts';

function source(changes: Partial<GameSource> = {}): GameSource {
  return {
    id: 'train/small/trial',
    split: 'train',
    taskType: 'pick_clean_then_place_in_recep',
    goal: 'put a clean mug in shelf',
    scene: 401,
    walkthrough: null,
    problem: PROBLEM,
    from: 'small.pddl',
    ...changes,
  };
}

describe('readExpressions', () => {
  test('lower-cases words, skips comments, nests', () => {
    expect(readExpressions('(A (b C) ; no (d)\n e)', 'x')).toEqual([['a', ['b', 'c'], 'e']]);
  });

  test('names the file and what is unbalanced', () => {
    expect(() => readExpressions('(a (b)', 'games/x.pddl')).toThrow('games/x.pddl');
    expect(() => readExpressions('(a (b)', 'x')).toThrow('1 parentheses are never closed');
    expect(() => readExpressions('(a)\n\n)', 'x')).toThrow('unexpected ")" in line 3');
  });
});

describe('readProblem', () => {
  test.each([
    ['', '"(define (problem …"'],
    ['(define (problem p) (:goal (a)))', 'it has no (:init …)'],
    ['(define (problem p) (:init))', 'it has no (:goal …)'],
    ['(define (problem p) (:init) (:goal))', 'its (:goal …) is empty'],
    ['(define (problem p) (:init word) (:goal (a)))', '"word" in (:init …) is no fact'],
    ['(define (problem p) (:init (a (b))) (:goal (a)))', 'a fact of (:init …) is nested'],
  ])('%s: says %s', (text, message) => {
    expect(() => readProblem(text, 'x')).toThrow(message);
  });
});

describe('buildGame', () => {
  const game = buildGame(source());

  test('numbers descend along the ids of a class; "basin" joins the class name', () => {
    expect(game.receptacles.map((r) => r.name)).toEqual(['shelf 2', 'shelf 1', 'sinkbasin 1']);
    expect(game.objects.map((o) => o.name)).toEqual(['faucet 1', 'mug 2', 'mug 1', 'spoon 1']);
  });

  test('types come from the facts, null where there are none; declared constants without facts are ignored', () => {
    expect(game.objects.map((o) => [o.class, o.type])).toEqual([
      ['faucet', null],
      ['mug', 'mug'],
      ['mug', 'mug'],
      ['spoon', 'spoon'],
    ]);
    expect(game.canContain).toEqual([['shelf', 'mug']]);
  });

  test('relations, flags and places', () => {
    const [faucet, mug2, mug1, spoon] = game.objects;
    expect(mug2).toMatchObject({ receptacles: [0, 1], pickupable: true, cleanable: true, isCool: true });
    expect(mug1).toMatchObject({ receptacles: [2], isReceptacle: true, contents: [3], isCool: false });
    expect(faucet).toMatchObject({ receptacles: [2], pickupable: false, locations: [] });
    expect(spoon).toMatchObject({ receptacles: [] });
    expect(game.receptacles.map((r) => r.openable)).toEqual([true, false, false]);
    expect(game.receptacles[0]!.location).toBe(game.receptacles[1]!.location);
    expect(game.locationNumbers).toEqual([3, 2, 1]);
    expect(game.start).toBe(2);
  });

  test('reads the classes of the goal from the goal', () => {
    expect(game).toMatchObject({ object: 'mug', target: 'shelf', lamp: null });
    const light = `(:goal (and (exists (?ot - object ?r - receptacle ?a - agent ?l - location)
      (and (objectType ?ot DeskLampType) (toggleable ?ot) (isToggled ?ot) (inReceptacle ?ot ?r)))
      (exists (?o - object ?a - agent) (and (objectType ?o MugType) (holds ?a ?o))))))`;
    const problem = PROBLEM.replace(/\(:goal[\s\S]*$/, light);
    expect(buildGame(source({ problem, taskType: 'look_at_obj_in_light' }))).toMatchObject({
      object: 'mug',
      target: null,
      lamp: 'desklamp',
    });
  });

  test('a walkthrough with ids is translated, one that stays unknown is dropped, null is fine', () => {
    const plan = (walkthrough: string[] | null) => buildGame(source({ walkthrough })).walkthrough;
    expect(plan(['take mug_bar_b from shelf_bar_a', 'look'])).toEqual(['take mug 1 from shelf 2', 'look']);
    expect(plan(['go to cupboard_bar_z'])).toBeNull();
    expect(plan(['go to shelf 1'])).toEqual(['go to shelf 1']);
    expect(plan(null)).toBeNull();
  });

  test.each([
    [/\(atLocation agent1 [^)]*\)/, 'where the agent starts'],
    [/\(receptacleAtLocation Sink[^)]*\)/, 'where sinkbasin 1 stands'],
    [/\(objectType \?o MugType\)/, 'its goal names no object type'],
    [/\(receptacleType \?r ShelfType\)/, 'its goal names no receptacle type'],
  ])('without %s: small.pddl … says %s', (missing, message) => {
    const build = () => buildGame(source({ problem: PROBLEM.replace(missing, '') }));
    expect(build).toThrow(message);
    expect(build).toThrow('small.pddl');
  });
});
