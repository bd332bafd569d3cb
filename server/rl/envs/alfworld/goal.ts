import type { CompiledGame } from './compiled-game.ts';
import type { GameState } from './state.ts';

/** Whether the goal holds in this state (spec/alfworld.md 8). */
export function isGoalReached(game: CompiledGame, state: GameState): boolean {
  switch (game.game.taskType) {
    case 'pick_and_place_simple':
      return isPlaced(game, state, 1, () => true);
    case 'pick_clean_then_place_in_recep':
      return isPlaced(game, state, 1, (o) => state.isClean(o));
    case 'pick_heat_then_place_in_recep':
      return isPlaced(game, state, 1, (o) => state.isHot(o));
    case 'pick_cool_then_place_in_recep':
      return isPlaced(game, state, 1, (o) => state.isCool(o));
    case 'pick_two_obj_and_place':
      return isPlaced(game, state, 2, () => true);
    case 'look_at_obj_in_light':
      return isLookedAt(game, state);
  }
}

/** One and the same target receptacle lists `count` goal objects in the wanted condition. */
function isPlaced(
  game: CompiledGame,
  state: GameState,
  count: number,
  isReady: (object: number) => boolean,
): boolean {
  for (const r of game.goal.targets) {
    let found = 0;
    for (const o of game.goal.objects) {
      if (state.isListed(o, r) && isReady(o) && ++found === count) return true;
    }
  }
  return false;
}

/** A goal object is held where a lamp that was ever switched on is listed; the order of the two does not matter. */
function isLookedAt(game: CompiledGame, state: GameState): boolean {
  if (!game.goal.objects.includes(state.hand)) return false;
  const here = game.receptaclesAt[state.location]!;
  return game.goal.lamps.some((lamp) => state.isToggled(lamp) && here.some((r) => state.isListed(lamp, r)));
}
