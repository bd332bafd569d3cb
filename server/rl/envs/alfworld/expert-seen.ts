import { AppError } from '../../../contract/error.ts';
import type { Random } from '../../random.ts';
import { type Expert, type ExpertTurn, isSameSubgoal, type Subgoal, type SubgoalVerb } from './expert.ts';
import type { Goal, Knowledge, KnownReceptacle, Thing } from './knowledge.ts';
import { abilitiesOf, applianceOf, canContain, forbiddenStart, hasDoors, startRate } from './tables.ts';

/** How the expert chooses where to look next. */
export interface SearchHabits {
  /** A class is drawn in proportion to its promise to this power: 0 = any class alike, large = always the best one. */
  greed: number;
  /** The search goes on in the present class while its promise is at least this share of the best one's. */
  patience: number;
}

/** Solves nearly every game within 30 steps and still varies its choices; measured with test/bench/experts.ts. */
export const DEFAULT_HABITS: SearchHabits = { greed: 1, patience: 0.3 };

/** The plain way: any unexplored class, searched to its end. About 80 % within 30 steps, with longer segments. */
export const PLAIN_HABITS: SearchHabits = { greed: 0, patience: 0 };

/** Listings per 10,000 receptacles assumed where the tables have none: it may be there, it never was. */
const RATE_IF_ALLOWED = 30;
const RATE_IF_ODD = 3;

/**
 * Plays from what it has seen: the knowledge gathered from texts, the admissible commands, and a sense of where things
 * usually are (the tables, not the game). It searches class by class, lowest number first, with seeded randomness in the
 * choice of the class, so its demonstrations vary. It keeps no other memory than `current`, so it can take over from any
 * other player whose game `knowledge` has followed.
 */
export class SeenExpert implements Expert {
  current: Subgoal | null = null;
  readonly #knowledge: Knowledge;
  readonly #random: Random;
  readonly #habits: SearchHabits;
  readonly #goal: Goal;

  /**
   * `knowledge` is updated by the caller after each step.
   * @throws AppError `bad-input` when the goal sentence is none of ALFWorld's own templates.
   */
  constructor(knowledge: Knowledge, random: Random, habits: SearchHabits = DEFAULT_HABITS) {
    if (!knowledge.goal) {
      throw new AppError(
        'bad-input',
        `The scripted expert understands ALFWorld's own goal sentences only, not "${knowledge.goalText}".`,
      );
    }
    this.#knowledge = knowledge;
    this.#random = random;
    this.#habits = habits;
    this.#goal = knowledge.goal;
  }

  act(admissible: readonly string[]): ExpertTurn {
    const { action, subgoal } = this.#decide(new Set(admissible)) ?? this.#wander(admissible);
    const switched = !isSameSubgoal(subgoal, this.current);
    this.current = subgoal;
    return { switched, subgoal, action };
  }

  #decide(valid: ReadonlySet<string>): Move | null {
    const { held, wantedCondition } = this.#knowledge;
    if (!held) return this.#get(valid);
    if (held.class !== this.#goal.object) return this.#putAway(valid, held);
    if (this.#goal.lamp) return this.#use(valid, this.#goal.lamp);
    if (wantedCondition && !this.#knowledge.is(held, wantedCondition)) return this.#treat(valid, held);
    return this.#put(valid, held);
  }

  #get(valid: ReadonlySet<string>): Move | null {
    const { object } = this.#goal;
    const settled = this.#settledAt();
    const isWanted = (thing: Thing, place: KnownReceptacle) =>
      place !== settled && !this.#knowledge.isPlaced(thing);

    // The list of commands also shows what lies in another receptacle of the same place.
    for (const action of valid) {
      const match = TAKE.exec(action);
      const place = match && this.#knowledge.receptacle(match[3] ?? '');
      if (!place || match[2] !== object || place === settled) continue;
      if (this.#knowledge.placed.some((placement) => placement.object.name === match[1])) continue;
      return move('get', object, place, action);
    }
    const seen = this.#knowledge
      .sightings(object)
      .filter((sighting) => isWanted(sighting.object, sighting.receptacle));
    for (const { receptacle } of this.#nearestFirst(seen, valid)) {
      const action = approach(valid, receptacle);
      if (action) return move('get', object, receptacle, action);
    }
    return this.#search(valid, 'get', object);
  }

  /** Two copies must end in one receptacle: the one that already has a copy, if any. Its content is not to be taken. */
  #settledAt(): KnownReceptacle | null {
    if (this.#goal.taskType !== 'pick_two_obj_and_place') return null;
    const [first] = this.#knowledge.placed;
    if (first) return first.receptacle;
    const { target, object } = this.#goal;
    const seen = this.#knowledge.sightings(object).find(({ receptacle }) => receptacle.class === target);
    return seen?.receptacle ?? null;
  }

  #put(valid: ReadonlySet<string>, held: Thing): Move | null {
    const { target, object } = this.#goal;
    const settled = this.#settledAt();
    const targets = settled ? [settled] : (this.#knowledge.receptaclesByClass.get(target ?? '') ?? []);
    const effort = (place: KnownReceptacle) =>
      (isHere(valid, place) ? 0 : 1) +
      (place.door === 'closed' || (place.door === 'unknown' && hasDoors(place.class)) ? 1 : 0) +
      // Of equals prefer the one at hand.
      (isHere(valid, place) ? -0.5 : 0);
    const place = leastBy(targets, effort);
    if (!place) return null;
    const action = moveCommand(valid, held, place) ?? approach(valid, place);
    return action ? move('put', object, place, action) : null;
  }

  #treat(valid: ReadonlySet<string>, held: Thing): Move | null {
    const verb = TREATMENTS[this.#knowledge.wantedCondition ?? ''];
    const appliances = this.#knowledge.receptaclesByClass.get(applianceOf(this.#goal.taskType) ?? '') ?? [];
    if (!verb) return null;
    for (const place of appliances) {
      const action = `${verb} ${held.name} with ${place.name}`;
      if (valid.has(action)) return move(verb, held.class, place, action);
    }
    const [place] = appliances;
    return place && !isHere(valid, place) ? move(verb, held.class, place, `go to ${place.name}`) : null;
  }

  #use(valid: ReadonlySet<string>, lamp: string): Move | null {
    const lamps = this.#knowledge.sightings(lamp);
    for (const action of valid) {
      if (!action.startsWith(`use ${lamp} `)) continue;
      const place = lamps.find((sighting) => `use ${sighting.object.name}` === action)?.receptacle;
      const here = place ?? this.#knowledge.place;
      if (here) return move('use', lamp, here, action);
    }
    for (const { receptacle } of this.#nearestFirst(lamps, valid)) {
      const action = `go to ${receptacle.name}`;
      if (valid.has(action)) return move('use', lamp, receptacle, action);
    }
    return this.#search(valid, 'use', lamp);
  }

  /** Looks into one more receptacle: of the present class while that is sensible, else of a newly drawn class. */
  #search(valid: ReadonlySet<string>, verb: SubgoalVerb, object: string): Move | null {
    const options = new Map<string, { place: KnownReceptacle; promise: number }>();
    for (const [receptacleClass, places] of this.#knowledge.receptaclesByClass) {
      const unexplored = places.filter((place) => !place.explored);
      const effort = (place: KnownReceptacle) => effortToSee(valid, place);
      const place = leastBy(unexplored, effort);
      if (!place) continue;
      const promise = this.#rate(receptacleClass, object) / effort(place);
      options.set(receptacleClass, { place, promise });
    }
    if (options.size === 0) return null;
    const best = Math.max(...[...options.values()].map(({ promise }) => promise));
    const { current } = this;
    const isSearching = current?.verb === verb && current.object === object;
    const present = isSearching ? options.get(current.receptacle) : undefined;
    const goesOn = present && present.promise >= this.#habits.patience * best;
    const list = [...options.values()];
    const drawn = goesOn
      ? present
      : list[this.#random.weighted(list.map(({ promise }) => (promise / best) ** this.#habits.greed))];
    if (!drawn) return null;
    const action = approach(valid, drawn.place) ?? `examine ${drawn.place.name}`;
    return valid.has(action) ? move(verb, object, drawn.place, action) : null;
  }

  /** How likely one receptacle of the class is to have the object, in listings per 10,000. */
  #rate(receptacleClass: string, object: string): number {
    if (
      object === this.#goal.object &&
      forbiddenStart(this.#goal.taskType, this.#goal.target) === receptacleClass
    ) {
      return RATE_IF_ODD;
    }
    const floor =
      canContain(receptacleClass, object) || !abilitiesOf(object).pickupable ? RATE_IF_ALLOWED : RATE_IF_ODD;
    return Math.max(startRate(receptacleClass, object), floor);
  }

  /** Rids the hand of something the goal has no use for. The sub-goal names the goal's object: it frees the hand for that. */
  #putAway(valid: ReadonlySet<string>, held: Thing): Move | null {
    const { object } = this.#goal;
    const fitting = this.#knowledge.receptacles.filter((place) => canContain(place.class, held.class));
    const here = fitting.filter((place) => isHere(valid, place));
    for (const place of here) {
      const action = moveCommand(valid, held, place);
      if (action) return move('put', object, place, action);
    }
    const place = here[0] ?? leastBy(fitting, (candidate) => (hasDoors(candidate.class) ? 1 : 0));
    const action = place && approach(valid, place);
    return action ? move('put', object, place, action) : null;
  }

  /** Anything that changes something, when no rule applies: only after another player left the game in an odd state. */
  #wander(admissible: readonly string[]): Move {
    const deeds = admissible.filter((action) => !/^(look|help|inventory|examine)\b/.test(action));
    const [place] = this.#knowledge.receptacles;
    const subgoal = this.current ?? {
      verb: 'get',
      object: this.#goal.object,
      receptacle: place?.class ?? '',
    };
    return { subgoal, action: deeds.length > 0 ? this.#random.pick(deeds) : 'look' };
  }

  /** Here first, then the class being searched, then the order of the room. */
  #nearestFirst<T extends { receptacle: KnownReceptacle }>(
    sightings: readonly T[],
    valid: ReadonlySet<string>,
  ): T[] {
    const distance = ({ receptacle }: T) =>
      isHere(valid, receptacle) ? 0 : receptacle.class === this.current?.receptacle ? 1 : 2;
    return [...sightings].sort((a, b) => distance(a) - distance(b));
  }
}

interface Move {
  subgoal: Subgoal;
  action: string;
}

const TAKE = /^take ((\w+) \d+) from (.+)$/;

const TREATMENTS: Record<string, 'clean' | 'heat' | 'cool'> = { clean: 'clean', hot: 'heat', cool: 'cool' };

function move(verb: SubgoalVerb, object: string, place: KnownReceptacle, action: string): Move {
  return { subgoal: { verb, object, receptacle: place.class }, action };
}

/** Every receptacle at the agent's place can be examined, so the commands tell what stands here. */
function isHere(valid: ReadonlySet<string>, place: KnownReceptacle): boolean {
  return valid.has(`examine ${place.name}`);
}

/** The next command on the way to `place`'s inside; null when standing before it with nothing to open. */
function approach(valid: ReadonlySet<string>, place: KnownReceptacle): string | null {
  for (const action of [`open ${place.name}`, `go to ${place.name}`]) if (valid.has(action)) return action;
  return null;
}

function moveCommand(valid: ReadonlySet<string>, held: Thing, place: KnownReceptacle): string | null {
  const { name } = place;
  for (const action of [`move ${held.name} to ${name}`, `put ${held.name} in/on ${name}`]) {
    if (valid.has(action)) return action;
  }
  return null;
}

/** Expected commands until the inside of a receptacle is seen. */
function effortToSee(valid: ReadonlySet<string>, place: KnownReceptacle): number {
  if (isHere(valid, place)) return 1;
  return place.door === 'closed' || (place.door === 'unknown' && hasDoors(place.class)) ? 2 : 1;
}

/** The first of the items with the smallest value. */
function leastBy<T>(items: readonly T[], value: (item: T) => number): T | undefined {
  let best: T | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const candidate = value(item);
    if (candidate < least) {
      best = item;
      least = candidate;
    }
  }
  return best;
}
