import { describe, expect, it } from 'vitest';
import { type Game, SPLITS, TASK_TYPES } from '../../../../../server/rl/envs/alfworld/game.ts';
import { generateGame, generateGames } from '../../../../../server/rl/envs/alfworld/generate.ts';
import { AlfworldSimulator, compileGame } from '../../../../../server/rl/envs/alfworld/simulator.ts';
import { forbiddenStart, TASK_FACTS } from '../../../../../server/rl/envs/alfworld/tables.ts';

const train = generateGames({ seed: 1, split: 'train', count: 1500 });
const seen = generateGames({ seed: 1, split: 'valid_seen', count: 300 });
const unseen = generateGames({ seed: 1, split: 'valid_unseen', count: 300 });
const all = [...train, ...seen, ...unseen];

const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const share = <T>(items: T[], holds: (item: T) => boolean) => items.filter(holds).length / items.length;
const goalCopies = (game: Game) => game.objects.filter((object) => object.class === game.object);

describe('generateGame', () => {
  it('depends on nothing but seed, split and index', () => {
    expect(generateGame(1, 'train', 17)).toEqual(train[17]);
    expect(generateGame(2, 'train', 17)).not.toEqual(train[17]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(train[0]?.id).toMatch(/^train\/generated-1-0-(pick|look)_/);
  });

  it('refuses an unknown split', () => {
    expect(() => generateGame(1, 'test' as 'train', 0)).toThrow('split: expected one of train');
  });

  it('keeps the rooms of valid_unseen to itself and takes those of valid_seen from train', () => {
    const rooms = (games: Game[]) => new Set(games.map(({ scene }) => scene));
    const known = rooms(train);
    expect([...rooms(unseen)].filter((room) => known.has(room) || rooms(seen).has(room))).toEqual([]);
    expect([...rooms(seen)].filter((room) => !known.has(room))).toEqual([]);
    // Several held-out rooms of each of the four room types.
    expect(rooms(unseen).size).toBeGreaterThanOrEqual(14);
  });

  it('makes every task type in every split', () => {
    for (const split of SPLITS) {
      expect(new Set(all.filter((game) => game.split === split).map((game) => game.taskType)).size).toBe(6);
    }
  });

  it('starts unsolved and is won by the last command of the walkthrough, not before', () => {
    const bad = all.filter((game, i) => {
      if (i % 3 !== 0) return false;
      const simulator = new AlfworldSimulator(compileGame(game));
      simulator.reset();
      const { walkthrough } = game;
      if (simulator.won || !walkthrough) return true;
      const wins = walkthrough.map((command) => simulator.step(command).won);
      return wins.indexOf(true) !== walkthrough.length - 1;
    });
    expect(bad.map(({ id }) => id)).toEqual([]);
  });

  it('starts away from every receptacle and numbers the places 1, 2, …', () => {
    for (const { receptacles, start, locationNumbers } of all.slice(0, 300)) {
      expect(receptacles.map(({ location }) => location)).not.toContain(start);
      expect([...locationNumbers].sort((a, b) => a - b)).toEqual(locationNumbers.map((_, i) => i + 1));
    }
  });

  it('lists things by class, highest number first', () => {
    const isOrdered = (list: { name: string; class: string }[]) =>
      list.every((thing, i) => {
        const before = list[i - 1];
        if (thing.class === before?.class) return numberOf(thing.name) === numberOf(before.name) - 1;
        return !before || (before.class < thing.class && numberOf(before.name) === 1);
      });
    expect(all.filter((game) => !isOrdered(game.receptacles) || !isOrdered(game.objects))).toEqual([]);
  });

  it('has enough copies of the goal, never where no public game starts one', () => {
    const bad = all.filter((game) => {
      const forbidden = forbiddenStart(game.taskType, game.target);
      const copies = goalCopies(game);
      const starts = copies.flatMap(({ receptacles }) => receptacles.map((r) => game.receptacles[r]?.class));
      return (
        starts.includes(forbidden ?? '') ||
        copies.length < (game.taskType === 'pick_two_obj_and_place' ? 2 : 1)
      );
    });
    expect(bad).toEqual([]);
  });
});

describe('the mix of generated games', () => {
  it('has the public share of each task type', () => {
    for (const type of TASK_TYPES) {
      const found = share(train, (game) => game.taskType === type);
      expect(Math.abs(found - TASK_FACTS[type].games / 3553), type).toBeLessThan(0.03);
    }
  });

  it('has rooms as large and as full as the public ones: 23.5 receptacles, 42.8 objects', () => {
    expect(Math.abs(mean(train.map(({ receptacles }) => receptacles.length)) - 23.5)).toBeLessThan(1.5);
    expect(Math.abs(mean(train.map(({ objects }) => objects.length)) - 42.8)).toBeLessThan(2);
  });

  // Measured on every sixth public train game and valid_seen.
  it.each([
    ['fridge', 4.17, 0.06],
    ['microwave', 1.02, 0.35],
    ['sinkbasin', 1.67, 0.35],
    ['bed', 3.97, 0.06],
    ['drawer', 0.51, 0.62],
    ['cabinet', 0.43, 0.65],
    ['countertop', 6.26, 0.03],
  ])('lists as much in a %s as the public games: %f objects, %f of them empty', (type, size, empty) => {
    const sizes = train.flatMap((game) => {
      const counts = game.receptacles.map(() => 0);
      for (const object of game.objects) for (const r of object.receptacles) counts[r]!++;
      return counts.filter((_, r) => game.receptacles[r]?.class === type);
    });
    expect(Math.abs(mean(sizes) / size - 1)).toBeLessThan(0.15);
    expect(Math.abs(share(sizes, (count) => count === 0) - empty)).toBeLessThan(0.08);
  });

  it.each(TASK_TYPES)('hides the goal of %s behind doors as often as the public games', (type) => {
    const starts = train
      .filter((game) => game.taskType === type)
      .flatMap((game) =>
        goalCopies(game).flatMap(({ receptacles }) => receptacles.map((r) => game.receptacles[r]!)),
      );
    expect(Math.abs(share(starts, ({ openable }) => openable) - TASK_FACTS[type].behindDoors)).toBeLessThan(
      0.05,
    );
  });

  it('has things that cannot be carried, and things listed in two receptacles at once', () => {
    const listed = train.map((game) => game.objects.filter(({ receptacles }) => receptacles.length > 0));
    expect(share(listed, (objects) => objects.some(({ pickupable }) => !pickupable))).toBeGreaterThan(0.2);
    expect(
      share(listed, (objects) => objects.some(({ receptacles }) => receptacles.length > 1)),
    ).toBeGreaterThan(0.2);
  });

  it('needs walkthroughs as long as the public ones', () => {
    const lengths = (type: string) =>
      train.filter((game) => game.taskType === type).map(({ walkthrough }) => walkthrough?.length ?? 0);
    expect(mean(lengths('look_at_obj_in_light'))).toBeCloseTo(3.63, 0);
    expect(Math.abs(mean(lengths('pick_and_place_simple')) - 4.16)).toBeLessThan(0.2);
    expect(Math.abs(mean(lengths('pick_heat_then_place_in_recep')) - 6.29)).toBeLessThan(0.3);
    expect(Math.abs(mean(lengths('pick_two_obj_and_place')) - 8.27)).toBeLessThan(0.3);
  });
});

function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf(' ') + 1));
}
