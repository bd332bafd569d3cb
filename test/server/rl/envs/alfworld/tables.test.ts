import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TASK_TYPES } from '../../../../../server/rl/envs/alfworld/game.ts';
import { openGames } from '../../../../../server/rl/envs/alfworld/games.ts';
import {
  type Abilities,
  abilitiesOf,
  canContain,
  combosOf,
  forbiddenStart,
  ROOM_TYPES,
  SCENES,
  startRate,
  TASK_FACTS,
} from '../../../../../server/rl/envs/alfworld/tables.ts';

const hasRealGames = existsSync(resolve(process.env.ALFWORLD_DATA ?? '../shared/data/alfworld'));

describe('tables', () => {
  it('hold the public train split and 111 of its 112 rooms', () => {
    expect(TASK_TYPES.reduce((sum, type) => sum + TASK_FACTS[type].games, 0)).toBe(3553);
    expect(SCENES.size).toBe(111);
    const sizes = [...SCENES.values()].map(({ receptacles }) => receptacles.length);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([6, 54]);
  });

  it('list receptacles by class, highest number first', () => {
    for (const { receptacles } of SCENES.values()) {
      const order = [...receptacles].sort(
        (a, b) =>
          a.class.localeCompare(b.class) || Number(b.name.split(' ')[1]) - Number(a.name.split(' ')[1]),
      );
      expect(receptacles).toEqual(order);
    }
  });

  it('know what can be done with an apple, and where it may be put', () => {
    expect(abilitiesOf('apple')).toEqual({
      pickupable: true,
      cleanable: true,
      heatable: true,
      coolable: true,
      toggleable: false,
      sliceable: true,
      isReceptacle: false,
    });
    expect(canContain('fridge', 'apple')).toBe(true);
    expect(canContain('drawer', 'apple')).toBe(false);
    expect(canContain('bowl', 'apple')).toBe(false);
    expect(abilitiesOf('unicorn').pickupable).toBe(false);
    expect(startRate('fridge', 'apple')).toBeGreaterThan(startRate('garbagecan', 'apple'));
  });

  it('allow every goal they list', () => {
    for (const type of TASK_TYPES) {
      for (const { object, target } of ROOM_TYPES.flatMap((room) => combosOf(room, type))) {
        expect(abilitiesOf(object).pickupable, object).toBe(true);
        if (type === 'look_at_obj_in_light') expect(abilitiesOf(target).toggleable, target).toBe(true);
        else expect(canContain(target, object), `${object} in ${target}`).toBe(true);
      }
    }
  });

  it.skipIf(!hasRealGames)(
    'agree with the real games (needs ALFWORLD_DATA or ../shared/data/alfworld)',
    () => {
      const games = openGames({ source: 'real' }).splits.valid_seen;
      for (let index = 0; index < games.length; index += 5) {
        const game = games.get(index);
        const scene = SCENES.get(game.scene ?? -1);
        const doors = game.receptacles.map(({ name, openable }) => `${name} ${openable}`);
        expect(scene?.receptacles.map(({ name, openable }) => `${name} ${openable}`)).toEqual(doors);
        const pairs = new Set(game.canContain.map(([receptacle, object]) => `${receptacle} ${object}`));
        const known = game.objects.filter(({ class: type }) => type !== 'footstool');
        const abilities = ({ pickupable, cleanable, heatable, coolable, toggleable }: Abilities) =>
          `${pickupable} ${cleanable} ${heatable} ${coolable} ${toggleable}`;
        expect(known.map(({ class: type }) => `${type} ${abilities(abilitiesOf(type))}`)).toEqual(
          known.map((object) => `${object.class} ${abilities(object)}`),
        );
        const places = [...new Set(game.receptacles.map((receptacle) => receptacle.class))];
        expect(places.filter((place) => canContain(place, game.object))).toEqual(
          places.filter((place) => pairs.has(`${place} ${game.object}`)),
        );
        const copies = game.objects.filter((object) => object.class === game.object);
        const starts = copies.flatMap(({ receptacles }) =>
          receptacles.map((r) => game.receptacles[r]?.class),
        );
        expect(starts).not.toContain(forbiddenStart(game.taskType, game.target));
      }
    },
  );
});
