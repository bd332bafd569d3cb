import { type CompiledGame, joinList } from './compiled-game.ts';
import { CLEAN, COOL, type GameState, HOT, SLICED } from './state.ts';

export const WELCOME = '-= Welcome to TextWorld, ALFRED! =-';
export const NOTHING_HAPPENS = 'Nothing happens.';

/** The answer to `help`, dialect 2.1.3 only; the `move` line is misaligned in the original too. */
export const HELP = [
  'Available commands:',
  '  look:                             look around your current location',
  '  inventory:                        check your current inventory',
  '  go to (receptacle):               move to a receptacle',
  '  open (receptacle):                open a receptacle',
  '  close (receptacle):               close a receptacle',
  '  take (object) from (receptacle):  take an object from a receptacle',
  '  move (object) to (receptacle):  place an object in or on a receptacle',
  '  examine (something):              examine a receptacle or an object',
  '  use (object):                     use an object',
  '  heat (object) with (receptacle):  heat an object using a receptacle',
  '  clean (object) with (receptacle): clean an object using a receptacle',
  '  cool (object) with (receptacle):  cool an object using a receptacle',
  '  slice (object) with (object):     slice an object using a sharp object',
  '',
].join('\n');

/** What a receptacle shows when one arrives, opens it or examines it (spec/alfworld.md 5). */
export function describeReceptacle(game: CompiledGame, state: GameState, r: number): string {
  const { name, openable } = game.receptacles[r]!;
  if (!openable) return `On the ${name}, you see ${listObjectsIn(game, state, r)}.`;
  if (!state.isOpen(r)) return `The ${name} is closed.`;
  return `The ${name} is open. In it, you see ${listObjectsIn(game, state, r)}.`;
}

/** The answer to `look`. */
export function lookAround(game: CompiledGame, state: GameState): string {
  const here = game.receptaclesAt[state.location]!;
  if (here.length === 0)
    return 'You are in the middle of a room. Looking quickly around you, you see nothing.';
  const beside: string[] = [];
  for (let o = 0; o < game.objectCount; o++) {
    if (!state.isRegisteredAt(o, state.location)) continue;
    for (const r of here) if (state.isTakenOut(o, r)) beside.push(game.objects[o]!.withArticle);
  }
  const facing = joinList(here.map((r) => game.receptacles[r]!.name));
  return `You are facing the ${facing}. Next to it, you see ${joinList(beside)}.`;
}

/** The answer to `examine` for the object in the hand; the first matching line of the grammar wins. */
export function describeHeldObject(game: CompiledGame, state: GameState, o: number): string {
  const { name, isReceptacle, contents, toggleable, sliceable } = game.objects[o]!;
  if (isReceptacle) {
    const inside = contents.map((inner) => game.objects[inner]!.withArticle);
    return `This is a normal ${name}. In it, you see ${joinList(inside)}.`;
  }
  const flags = state.flags(o);
  const has = (wanted: number) => (flags & wanted) === wanted;
  if (has(CLEAN | HOT | SLICED)) return `This is a hot and clean sliced ${name}.`;
  if (has(CLEAN | COOL | SLICED)) return `This is a cool and clean sliced ${name}.`;
  if (has(CLEAN | SLICED)) return `This is a clean sliced ${name}.`;
  if (has(HOT | SLICED)) return `This is a hot sliced ${name}.`;
  if (has(COOL | SLICED)) return `This is a cool sliced ${name}.`;
  if (has(CLEAN | HOT)) return `This is a hot and clean ${name}.`;
  if (has(CLEAN | COOL)) return `This is a cool and clean ${name}.`;
  if (has(HOT)) return `This is a hot ${name}.`;
  if (has(CLEAN)) return `This is a clean ${name}.`;
  if (has(COOL)) return `This is a cold ${name}.`;
  if (toggleable && state.isToggled(o)) return `This ${name} is on.`;
  if (sliceable && has(SLICED)) return `This is a sliced ${name}.`;
  return `There's nothing special about ${name}.`;
}

function listObjectsIn(game: CompiledGame, state: GameState, r: number): string {
  const items: string[] = [];
  for (let o = 0; o < game.objectCount; o++) {
    if (state.isListed(o, r)) items.push(game.objects[o]!.withArticle);
  }
  return joinList(items);
}
