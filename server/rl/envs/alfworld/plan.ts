import type { Subgoal, SubgoalVerb } from './expert.ts';
import type { Dialect, Game } from './game.ts';
import type { StateView } from './state.ts';
import { applianceOf } from './tables.ts';

/** The part of the hidden state that a plan depends on. */
export type PlanState = Pick<
  StateView,
  'location' | 'held' | 'isOpen' | 'isListed' | 'receptaclesOf' | 'isClean' | 'isHot' | 'isCool' | 'isToggled'
>;

export interface PlanStep {
  command: string;
  subgoal: Subgoal;
}

/** Something to do with object o at receptacle r; walking there and opening its door follow from it. */
interface Deed {
  verb: 'take' | 'put' | 'clean' | 'heat' | 'cool' | 'use' | 'visit';
  o: number;
  r: number;
}

const NEEDS_ACCESS = new Set<Deed['verb']>(['take', 'put']);

/** The state in which a game starts, read from its facts. */
export function initialState(game: Game): PlanState {
  const object = (o: number) => game.objects[o];
  return {
    location: game.start,
    held: null,
    isOpen: (r) => game.receptacles[r]?.opened ?? false,
    isListed: (o, r) => object(o)?.receptacles.includes(r) ?? false,
    receptaclesOf: (o) => object(o)?.receptacles ?? [],
    isClean: (o) => object(o)?.isClean ?? false,
    isHot: (o) => object(o)?.isHot ?? false,
    isCool: (o) => object(o)?.isCool ?? false,
    isToggled: () => false,
  };
}

/**
 * A shortest plan from any state to the goal, by trying every choice of copies, appliance and target. Empty when the goal
 * holds already or no plan is known (something is held that fits nowhere in the room).
 */
export function planFrom(game: Game, state: PlanState, dialect: Dialect = '2.1.3'): PlanStep[] {
  const free = freeHand(game, state);
  if (!free) return [];
  let best: readonly Deed[] = [];
  let bestCost = Number.POSITIVE_INFINITY;
  for (const rest of plansOf(game, state)) {
    const deeds = free.length > 0 ? [...free, ...rest] : rest;
    const cost = countSteps(game, state, deeds);
    if (cost < bestCost) {
      best = deeds;
      bestCost = cost;
    }
  }
  return spellOut(game, state, best, dialect);
}

/** Every sensible way to the goal for an agent whose hand is free or holds a goal object. */
function plansOf(game: Game, state: PlanState): Iterable<readonly Deed[]> {
  switch (game.taskType) {
    case 'pick_two_obj_and_place':
      return plansForTwo(game, state);
    case 'look_at_obj_in_light':
      return plansForLight(game, state);
    default:
      return plansForOne(game, state);
  }
}

/** What puts down a held object that the goal has no use for; null when it fits nowhere. */
function freeHand(game: Game, state: PlanState): Deed[] | null {
  const { held } = state;
  if (held === null || isGoalObject(game, held)) return [];
  const type = game.objects[held]?.type ?? null;
  const accepting = new Set(game.canContain.filter((pair) => pair[1] === type).map(([holder]) => holder));
  let best: Deed[] | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  game.receptacles.forEach((receptacle, r) => {
    if (receptacle.type === null || !accepting.has(receptacle.type)) return;
    const deeds: Deed[] = [{ verb: 'put', o: held, r }];
    const cost = countSteps(game, state, deeds);
    if (cost < bestCost) {
      best = deeds;
      bestCost = cost;
    }
  });
  return best;
}

/** Ways to have a goal object in the hand: hold it already, or take it from where it is listed. */
function* pickUps(game: Game, state: PlanState): Generator<{ o: number; deeds: Deed[]; from: number }> {
  const { held } = state;
  if (held !== null && isGoalObject(game, held)) {
    yield { o: held, deeds: [], from: -1 };
    return;
  }
  for (const o of goalObjects(game)) {
    for (const r of state.receptaclesOf(o)) yield { o, deeds: [{ verb: 'take', o, r }], from: r };
  }
}

/** simple, clean, heat, cool. */
function* plansForOne(game: Game, state: PlanState): Generator<readonly Deed[]> {
  const targets = receptaclesOfType(game, game.target);
  const treatment = TREATMENTS[game.taskType];
  const appliances = receptaclesOfType(game, applianceOf(game.taskType) ?? null);
  for (const { o, deeds, from } of pickUps(game, state)) {
    const isReady = !treatment || treatment.isDone(state, o);
    // A copy listed in two receptacles stays listed in the other one after the take: no need to carry it there.
    const isThere = targets.some((r) => r !== from && state.isListed(o, r));
    const ends: Deed[][] = isThere ? [[]] : targets.map((r) => [{ verb: 'put', o, r }]);
    if (isReady) {
      for (const end of ends) yield [...deeds, ...end];
      continue;
    }
    for (const r of appliances) {
      for (const end of ends) yield [...deeds, { verb: treatment.verb, o, r }, ...end];
    }
  }
}

function* plansForTwo(game: Game, state: PlanState): Generator<readonly Deed[]> {
  const all = goalObjects(game);
  const held = state.held !== null && isGoalObject(game, state.held) ? state.held : null;
  for (const target of receptaclesOfType(game, game.target)) {
    const there = new Set(all.filter((o) => state.isListed(o, target)));
    const first: Deed[] = [];
    if (held !== null) {
      there.add(held);
      first.push({ verb: 'put', o: held, r: target });
    }
    const fetch = (o: number) =>
      there.has(o)
        ? []
        : state.receptaclesOf(o).map((r): Deed[] => [
            { verb: 'take', o, r },
            { verb: 'put', o, r: target },
          ]);
    if (there.size >= 2) yield first;
    else if (there.size === 1) {
      for (const o of all) for (const deeds of fetch(o)) yield [...first, ...deeds];
    } else {
      for (const a of all) {
        for (const b of all) {
          if (a === b) continue;
          for (const one of fetch(a)) for (const two of fetch(b)) yield [...one, ...two];
        }
      }
    }
  }
}

function* plansForLight(game: Game, state: PlanState): Generator<readonly Deed[]> {
  const lamps: Deed[] = game.objects.flatMap((object, o) => {
    if (object.type !== game.lamp || !object.toggleable) return [];
    const verb = state.isToggled(o) ? 'visit' : 'use';
    return state.receptaclesOf(o).map((r): Deed => ({ verb, o, r }));
  });
  for (const { deeds } of pickUps(game, state)) {
    for (const lamp of lamps) yield [...deeds, lamp];
  }
}

const TREATMENTS: Partial<
  Record<
    Game['taskType'],
    { verb: 'clean' | 'heat' | 'cool'; isDone: (state: PlanState, o: number) => boolean }
  >
> = {
  pick_clean_then_place_in_recep: { verb: 'clean', isDone: (state, o) => state.isClean(o) },
  pick_heat_then_place_in_recep: { verb: 'heat', isDone: (state, o) => state.isHot(o) },
  pick_cool_then_place_in_recep: { verb: 'cool', isDone: (state, o) => state.isCool(o) },
};

function goalObjects(game: Game): number[] {
  const found: number[] = [];
  game.objects.forEach((_, o) => {
    if (isGoalObject(game, o)) found.push(o);
  });
  return found;
}

function isGoalObject(game: Game, o: number): boolean {
  const object = game.objects[o];
  return object?.type === game.object && object.pickupable;
}

function receptaclesOfType(game: Game, type: string | null): number[] {
  const found: number[] = [];
  game.receptacles.forEach((receptacle, r) => {
    if (receptacle.type !== null && receptacle.type === type) found.push(r);
  });
  return found;
}

function countSteps(game: Game, state: PlanState, deeds: readonly Deed[]): number {
  let steps = 0;
  walk(game, state, deeds, () => {
    steps++;
  });
  return steps;
}

function spellOut(game: Game, state: PlanState, deeds: readonly Deed[], dialect: Dialect): PlanStep[] {
  const steps: PlanStep[] = [];
  walk(game, state, deeds, (verb, deed) => {
    steps.push({ command: commandOf(game, verb, deed, dialect), subgoal: subgoalOf(game, deed) });
  });
  return steps;
}

/** Calls `play` for each command of the deeds in turn: going, opening, then the deed itself. */
function walk(
  game: Game,
  state: PlanState,
  deeds: readonly Deed[],
  play: (verb: Deed['verb'] | 'go' | 'open', deed: Deed) => void,
): void {
  let location = state.location;
  const opened: number[] = [];
  for (const deed of deeds) {
    const receptacle = game.receptacles[deed.r];
    if (!receptacle) continue;
    if (receptacle.location !== location) play('go', deed);
    location = receptacle.location;
    const isShut = receptacle.openable && !state.isOpen(deed.r) && !opened.includes(deed.r);
    if (isShut && NEEDS_ACCESS.has(deed.verb)) {
      play('open', deed);
      opened.push(deed.r);
    }
    if (deed.verb !== 'visit') play(deed.verb, deed);
  }
}

function commandOf(game: Game, verb: Deed['verb'] | 'go' | 'open', { o, r }: Deed, dialect: Dialect): string {
  const object = game.objects[o]?.name ?? '';
  const receptacle = game.receptacles[r]?.name ?? '';
  switch (verb) {
    case 'go':
    case 'visit':
      return `go to ${receptacle}`;
    case 'open':
      return `open ${receptacle}`;
    case 'take':
      return `take ${object} from ${receptacle}`;
    case 'put':
      return dialect === '2.1.3' ? `move ${object} to ${receptacle}` : `put ${object} in/on ${receptacle}`;
    case 'use':
      return `use ${object}`;
    default:
      return `${verb} ${object} with ${receptacle}`;
  }
}

const SUBGOAL_VERB: Record<Deed['verb'], SubgoalVerb> = {
  take: 'get',
  put: 'put',
  clean: 'clean',
  heat: 'heat',
  cool: 'cool',
  use: 'use',
  visit: 'use',
};

function subgoalOf(game: Game, { verb, r }: Deed): Subgoal {
  const isLamp = verb === 'use' || verb === 'visit';
  return {
    verb: SUBGOAL_VERB[verb],
    object: isLamp && game.lamp ? game.lamp : game.object,
    receptacle: game.receptacles[r]?.class ?? '',
  };
}
