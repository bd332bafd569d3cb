import type { Memory } from '../environment.ts';
import { SUBGOAL_VERBS, subgoalText } from './expert.ts';
import type { TaskType } from './game.ts';

/** A goal sentence as classes; the same field names as `Game`. */
export interface Goal {
  taskType: TaskType;
  object: string;
  /** Class of the receptacle the object must reach; null for light. */
  target: string | null;
  /** Class of the lamp; light only. */
  lamp: string | null;
}

/** A named entity, e.g. `apple 2`. One shared instance a name, so things compare with `===`. */
export interface Thing {
  readonly name: string;
  readonly class: string;
  readonly number: number;
}

/** `none` = cannot be closed, as far as seen; `unknown` = never looked at. */
export type Door = 'unknown' | 'none' | 'closed' | 'open';

export interface KnownReceptacle extends Thing {
  door: Door;
  /** True once its inside (or top) has been seen. */
  explored: boolean;
  /** What lay there when last seen, kept up to date by the agent's own takes and moves. */
  contents: Thing[];
  /** Receptacles known to stand at the same place, itself included. */
  group: KnownReceptacle[];
}

/** An object the agent itself has put where the goal wants it, in the condition the goal wants. */
export interface Placement {
  object: Thing;
  receptacle: KnownReceptacle;
}

export interface Sighting {
  object: Thing;
  receptacle: KnownReceptacle;
}

export type Condition = 'clean' | 'hot' | 'cool' | 'sliced' | 'on';
const CONDITION_BIT: Record<Condition, number> = { clean: 1, hot: 2, cool: 4, sliced: 8, on: 16 };

const NOTHING_HAPPENS = 'Nothing happens.';
const YOU_SEE = 'you see ';
const TASK = 'Your task is to: ';

const WANTED_CONDITION: Partial<Record<TaskType, Condition>> = {
  pick_clean_then_place_in_recep: 'clean',
  pick_heat_then_place_in_recep: 'hot',
  pick_cool_then_place_in_recep: 'cool',
};

/** The twelve goal templates of spec/alfworld.md 6; group 1 is the object, group 2 the target or the lamp. */
const GOAL_TEMPLATES: [RegExp, TaskType][] = [
  [/^put (?:a|some) (\w+) (?:in|on) (\w+)$/, 'pick_and_place_simple'],
  [/^look at (\w+) under the (\w+)$/, 'look_at_obj_in_light'],
  [/^examine the (\w+) with the (\w+)$/, 'look_at_obj_in_light'],
  [/^put a clean (\w+) in (\w+)$/, 'pick_clean_then_place_in_recep'],
  [/^clean some (\w+) and put it in (\w+)$/, 'pick_clean_then_place_in_recep'],
  [/^put a hot (\w+) in (\w+)$/, 'pick_heat_then_place_in_recep'],
  [/^heat some (\w+) and put it in (\w+)$/, 'pick_heat_then_place_in_recep'],
  [/^put a cool (\w+) in (\w+)$/, 'pick_cool_then_place_in_recep'],
  [/^cool some (\w+) and put it in (\w+)$/, 'pick_cool_then_place_in_recep'],
  [/^put two (\w+) in (\w+)$/, 'pick_two_obj_and_place'],
  [/^find two (\w+) and put them in (\w+)$/, 'pick_two_obj_and_place'],
];

/** Reads a goal sentence without its full stop; null for anything but the twelve templates (human annotations). */
export function parseGoal(sentence: string): Goal | null {
  for (const [pattern, taskType] of GOAL_TEMPLATES) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const [, object = '', place = ''] = match;
    const isLight = taskType === 'look_at_obj_in_light';
    return { taskType, object, target: isLight ? null : place, lamp: isLight ? place : null };
  }
  return null;
}

const things = new Map<string, Thing>();

/** The shared instance for a display name such as `apple 2`. */
export function thingOf(name: string): Thing {
  const known = things.get(name);
  if (known) return known;
  const blank = name.lastIndexOf(' ');
  const number = blank < 0 ? 0 : Number(name.slice(blank + 1)) || 0;
  const thing: Thing = { name, class: number > 0 ? name.slice(0, blank) : name, number };
  things.set(name, thing);
  return thing;
}

/**
 * What an agent has seen so far of one ALFWorld game. It learns from texts only (never from the simulator's state),
 * in both dialects, so experts, prompts and critics built on it have no more than the agent's own information (unless they are told more).
 */
export class Knowledge implements Memory {
  /** The goal sentence, without `Your task is to: ` and the full stop. */
  readonly goalText: string;
  /** Null when the sentence is none of the game's own templates. */
  readonly goal: Goal | null;
  /** Every receptacle of the room, by class and ascending number. */
  readonly receptacles: readonly KnownReceptacle[];
  /** The same, by class; classes in alphabetical order. */
  readonly receptaclesByClass: ReadonlyMap<string, readonly KnownReceptacle[]>;
  /** The receptacle last gone to (or last touched); null before the first move. */
  place: KnownReceptacle | null = null;
  held: Thing | null = null;
  placed: Placement[] = [];
  /** Commands played so far. */
  stepCount = 0;
  lastCommand: string | null = null;
  /** False when the last command answered `Nothing happens.` */
  lastWorked = true;

  #objectClasses: readonly string[] | null = null;
  #receptacleClasses: readonly string[] | null = null;
  #subgoals: readonly string[] | null = null;
  readonly #byName = new Map<string, KnownReceptacle>();
  readonly #conditions = new Map<Thing, number>();

  constructor(firstObservation: string) {
    const task = firstObservation.indexOf(TASK);
    this.goalText = task < 0 ? '' : firstObservation.slice(task + TASK.length).replace(/\.\s*$/, '');
    const goal = parseGoal(this.goalText);

    const seen = firstObservation.indexOf(YOU_SEE);
    const listed = seen < 0 ? [] : readList(firstObservation, seen + YOU_SEE.length);
    listed.sort((a, b) => (a.class < b.class ? -1 : a.class > b.class ? 1 : a.number - b.number));
    const byClass = new Map<string, KnownReceptacle[]>();
    this.receptacles = listed.map((thing) => {
      const receptacle: KnownReceptacle = {
        name: thing.name,
        class: thing.class,
        number: thing.number,
        door: 'unknown',
        explored: false,
        contents: [],
        group: [],
      };
      receptacle.group.push(receptacle);
      this.#byName.set(thing.name, receptacle);
      const siblings = byClass.get(thing.class);
      if (siblings) siblings.push(receptacle);
      else byClass.set(thing.class, [receptacle]);
      return receptacle;
    });
    this.receptaclesByClass = byClass;
    // An annotation can have the shape of a template by chance; its "target" then names nothing in the room.
    this.goal = goal?.target && !byClass.has(goal.target) ? null : goal;
  }

  /** The goal sentence whole. */
  get task(): string {
    return `${this.goalText}.`;
  }

  /** Object classes that sub-goals name: the goal's and its lamp; none where the goal sentence could not be read. */
  get objectClasses(): readonly string[] {
    const { goal } = this;
    this.#objectClasses ??= goal ? [goal.object, ...(goal.lamp ? [goal.lamp] : [])] : [];
    return this.#objectClasses;
  }

  /** Receptacle classes of the room. */
  get receptacleClasses(): readonly string[] {
    this.#receptacleClasses ??= [...this.receptaclesByClass.keys()];
    return this.#receptacleClasses;
  }

  /** Each verb with each object and receptacle class; an object that could not be read is `none`. */
  subgoals(): readonly string[] {
    const objects = this.objectClasses.length > 0 ? this.objectClasses : ['none'];
    this.#subgoals ??= SUBGOAL_VERBS.flatMap((verb) =>
      objects.flatMap((object) =>
        this.receptacleClasses.map((receptacle) => subgoalText({ verb, object, receptacle })),
      ),
    );
    return this.#subgoals;
  }

  /** The receptacle of that display name, if the room has it. */
  receptacle(name: string): KnownReceptacle | undefined {
    return this.#byName.get(name);
  }

  /** All receptacles known to stand where the agent stands; empty before the first move. */
  get places(): readonly KnownReceptacle[] {
    return this.place ? this.place.group : [];
  }

  /** True when the condition is known to hold (conditions an object started with are unknown until examined). */
  is(thing: Thing, condition: Condition): boolean {
    return ((this.#conditions.get(thing) ?? 0) & CONDITION_BIT[condition]) !== 0;
  }

  /** The condition the goal asks for, or null when any copy will do. */
  get wantedCondition(): Condition | null {
    return (this.goal && WANTED_CONDITION[this.goal.taskType]) ?? null;
  }

  /** True when `thing` is of the goal's class and in the condition the goal asks for, as far as known. */
  isReady(thing: Thing): boolean {
    if (thing.class !== this.goal?.object) return false;
    const wanted = this.wantedCondition;
    return wanted === null || this.is(thing, wanted);
  }

  isPlaced(thing: Thing): boolean {
    return this.placed.some((placement) => placement.object === thing);
  }

  /** Things of a class where they were last seen, the held one excluded; receptacles in the room's order. */
  sightings(objectClass: string): Sighting[] {
    const found: Sighting[] = [];
    for (const receptacle of this.receptacles) {
      for (const object of receptacle.contents) {
        if (object.class === objectClass) found.push({ object, receptacle });
      }
    }
    return found;
  }

  /** True when `receptacle`'s contents can be reached without opening it. */
  isAccessible(receptacle: KnownReceptacle): boolean {
    return receptacle.door === 'none' || receptacle.door === 'open';
  }

  /** Takes it from someone else that `object` lies in `receptacle` (display names), as if it had been seen there. */
  tell(object: string, receptacle: string): void {
    const place = this.#byName.get(receptacle);
    if (!place) return;
    place.explored = true;
    const thing = thingOf(object);
    if (!place.contents.includes(thing)) place.contents.push(thing);
  }

  /** Takes in the answer to one command. Unknown texts only count as a step. */
  update(command: string, observation: string): void {
    this.stepCount += 1;
    this.lastCommand = command;
    this.lastWorked = observation !== NOTHING_HAPPENS;
    if (!this.lastWorked) return;
    if (observation.startsWith('You ')) this.#readDeed(observation);
    else if (observation.startsWith('This is a ')) this.#readConditions(observation);
    else if (observation.startsWith("There's nothing special about ")) {
      this.#conditions.delete(thingOf(observation.slice(30, -1)));
    } else this.#readDescription(observation, 0);
  }

  #readDeed(text: string): void {
    if (text.startsWith('arrive at ', 4)) {
      const description = text.indexOf('. ', 14) + 2;
      const receptacle = this.#readDescription(text, description);
      if (receptacle) this.place = receptacle;
    } else if (text.startsWith('open the ', 4)) {
      const receptacle = this.#readDescription(text, text.indexOf('. ', 13) + 2);
      if (receptacle) this.#touch(receptacle);
    } else if (text.startsWith('close the ', 4)) {
      const receptacle = this.#byName.get(text.slice(14, -1));
      if (receptacle) {
        receptacle.door = 'closed';
        this.#touch(receptacle);
      }
    } else if (text.startsWith('pick up the ', 4)) {
      const from = text.indexOf(' from the ', 16);
      this.#take(thingOf(text.slice(16, from)), this.#byName.get(text.slice(from + 10, -1)));
    } else if (text.startsWith('move the ', 4)) {
      const to = text.indexOf(' to the ', 13);
      this.#put(thingOf(text.slice(13, to)), this.#byName.get(text.slice(to + 8, -1)));
    } else if (text.startsWith('put the ', 4)) {
      const to = text.indexOf(' in/on the ', 12);
      this.#put(thingOf(text.slice(12, to)), this.#byName.get(text.slice(to + 11, -1)));
    } else if (text.startsWith('clean the ', 4)) this.#treat(text, 14, ' using the ', 'clean');
    else if (text.startsWith('heat the ', 4)) this.#treat(text, 13, ' using the ', 'hot');
    else if (text.startsWith('cool the ', 4)) this.#treat(text, 13, ' using the ', 'cool');
    else if (text.startsWith('sliced the ', 4)) this.#treat(text, 15, ' with the ', 'sliced');
    else if (text.startsWith('turn on the ', 4)) this.#set(thingOf(text.slice(16, -1)), 'on');
    else if (text.startsWith('are carrying: ', 4)) {
      this.held = readList(text, 18)[0] ?? null;
    } else if (text === 'You are not carrying anything.') this.held = null;
    else if (text.startsWith('are facing the ', 4)) {
      const facing = readList(text, 19, text.indexOf('. '));
      for (const { name } of facing) {
        const receptacle = this.#byName.get(name);
        if (receptacle) this.#touch(receptacle);
      }
    }
  }

  /** Reads `On the R, you see …` / `The R is closed.` / `The R is open. In it, you see …` and returns R. */
  #readDescription(text: string, from: number): KnownReceptacle | undefined {
    if (text.startsWith('On the ', from)) {
      const end = text.indexOf(', ', from);
      return this.#see(text.slice(from + 7, end), 'none', text, end + 2);
    }
    if (!text.startsWith('The ', from)) return undefined;
    const is = text.indexOf(' is ', from);
    const name = text.slice(from + 4, is);
    if (text.startsWith('open. In it, ', is + 4)) return this.#see(name, 'open', text, is + 17);
    const receptacle = this.#byName.get(name);
    if (receptacle && text.startsWith('closed.', is + 4)) receptacle.door = 'closed';
    return receptacle;
  }

  #see(name: string, door: Door, text: string, youSee: number): KnownReceptacle | undefined {
    const receptacle = this.#byName.get(name);
    if (!receptacle) return undefined;
    receptacle.door = door;
    receptacle.explored = true;
    receptacle.contents = readList(text, youSee + YOU_SEE.length);
    return receptacle;
  }

  /** Something at `receptacle` worked, so it stands where the agent stands. */
  #touch(receptacle: KnownReceptacle): void {
    const here = this.place;
    if (here && here.group !== receptacle.group) {
      const group = [...here.group, ...receptacle.group];
      for (const member of group) member.group = group;
    }
    if (!here) this.place = receptacle;
  }

  #take(object: Thing, receptacle: KnownReceptacle | undefined): void {
    this.held = object;
    if (!receptacle) return;
    this.#touch(receptacle);
    receptacle.contents = receptacle.contents.filter((other) => other !== object);
    if (this.placed.length > 0) this.placed = this.placed.filter((placement) => placement.object !== object);
  }

  #put(object: Thing, receptacle: KnownReceptacle | undefined): void {
    this.held = null;
    if (!receptacle) return;
    this.#touch(receptacle);
    // An object can be listed in several receptacles at once (spec/alfworld.md 9.4), also in this one.
    if (!receptacle.contents.includes(object)) receptacle.contents.push(object);
    if (receptacle.class === this.goal?.target && this.isReady(object)) {
      this.placed.push({ object, receptacle });
    }
  }

  #treat(text: string, from: number, separator: string, condition: Condition): void {
    const to = text.indexOf(separator, from);
    this.#set(thingOf(text.slice(from, to)), condition);
    const tool = this.#byName.get(text.slice(to + separator.length, -1));
    if (tool) this.#touch(tool);
  }

  #set(thing: Thing, condition: Condition): void {
    let bits = this.#conditions.get(thing) ?? 0;
    if (condition === 'hot') bits &= ~CONDITION_BIT.cool;
    if (condition === 'cool') bits &= ~CONDITION_BIT.hot;
    this.#conditions.set(thing, bits | CONDITION_BIT[condition]);
  }

  /** Reads the answer to `examine O`, e.g. `This is a hot and clean sliced apple 1.` */
  #readConditions(text: string): void {
    if (text.startsWith('normal ', 10)) return; // receptacle-objects hide their condition
    let bits = 0;
    let at = 10;
    for (;;) {
      const blank = text.indexOf(' ', at);
      if (blank < 0) return;
      const word = text.slice(at, blank);
      if (word === 'hot') bits |= CONDITION_BIT.hot;
      else if (word === 'clean') bits |= CONDITION_BIT.clean;
      else if (word === 'cool' || word === 'cold') bits |= CONDITION_BIT.cool;
      else if (word === 'sliced') bits |= CONDITION_BIT.sliced;
      else if (word !== 'and') break;
      at = blank + 1;
    }
    this.#conditions.set(thingOf(text.slice(at, -1)), bits);
  }
}

/** Reads `nothing` | `a x 1` | `a x 1, and a y 2` (articles optional) up to `end`, by default the next full stop. */
function readList(text: string, from: number, end = text.indexOf('.', from)): Thing[] {
  const list: Thing[] = [];
  const stop = end < 0 ? text.length : end;
  if (text.startsWith('nothing', from)) return list;
  let at = from;
  while (at < stop) {
    if (text.startsWith('and ', at)) at += 4;
    if (text.startsWith('a ', at)) at += 2;
    const comma = text.indexOf(', ', at);
    const next = comma < 0 || comma > stop ? stop : comma;
    list.push(thingOf(text.slice(at, next)));
    at = next + 2;
  }
  return list;
}
