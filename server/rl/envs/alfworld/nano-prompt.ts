import type { TurnFormat } from '../../agent/turn.ts';
import type { Strategy } from '../environment.ts';
import type { TaskType } from './game.ts';
import type { Knowledge, KnownReceptacle, Thing } from './knowledge.ts';
import { MAX_NUMBER, ALFWORLD_VOCABULARY as WORDS } from './vocabulary.ts';

/** No prompt is longer: what would not fit is cut, `<todo>` first. */
export const MAX_PROMPT_TOKENS = 80;
/** Other objects listed under `<see>`, and goal objects under `<found>` and `<memo>`. */
const SEEN_LIMIT = 3;
const FOUND_LIMIT = 3;
const MEMO_LIMIT = 3;
/** Tokens after `<todo>`: `<last>` with a whole action, `<step> t <sub> verb object receptacle <switch>`. */
const TAIL_TOKENS = 1 + 5 + 2 + 4 + 1;

const id = (word: string) => WORDS.id(word);
const TASK = id('<task>');
const HOLD = id('<hold>');
const AT = id('<at>');
const FOUND = id('<found>');
const SEE = id('<see>');
const MEMO = id('<memo>');
const PLACED = id('<placed>');
const TODO = id('<todo>');
const LAST = id('<last>');
const STEP = id('<step>');
const SUB = id('<sub>');
const SWITCH = id('<switch>');
const ACTION = id('<action>');
const NONE = id('none');
const OPEN = id('open');
const CLOSED = id('closed');
const CLEAN = id('clean');
const HOT = id('hot');
const COOL = id('cool');
const SLICED = id('sliced');
const ONE = id('1');

const TASK_WORD: Record<TaskType, number> = {
  pick_and_place_simple: id('put'),
  look_at_obj_in_light: id('light'),
  pick_clean_then_place_in_recep: id('clean'),
  pick_heat_then_place_in_recep: id('heat'),
  pick_cool_then_place_in_recep: id('cool'),
  pick_two_obj_and_place: id('two'),
};

const numberId = (number: number) => ONE + Math.min(Math.max(number, 1), MAX_NUMBER) - 1;

/** Words of a command that carry no information and get no token. */
const FILLERS = new Set(['to', 'from', 'with', 'in/on']);

/** Commands repeat from turn to turn and game to game. */
const commandIds = new Map<string, Uint16Array>();
const CACHE_LIMIT = 100_000;

/** Token ids of a command, e.g. `go to cabinet 3` → go, cabinet, 3. Shared, do not write. */
export function encodeCommand(command: string): Uint16Array {
  const known = commandIds.get(command);
  if (known) return known;
  const ids = WORDS.encode(command.split(' ').filter((word) => word && !FILLERS.has(word)));
  if (commandIds.size >= CACHE_LIMIT) commandIds.clear();
  commandIds.set(command, ids);
  return ids;
}

const buffer = new Uint16Array(512);
let length = 0;

function put(token: number): void {
  buffer[length++] = token;
}

function putThing(thing: Thing): void {
  buffer[length++] = WORDS.id(thing.class);
  buffer[length++] = numberId(thing.number);
}

/**
 * The prompt of the `nano` policy: what the agent knows, one word a token, at most `MAX_PROMPT_TOKENS`.
 *
 * `<task>` kind object target `<hold>` condition object n `<at>` receptacle n open|closed `<found>` goal objects here
 * `<see>` other objects here `<memo>` goal objects elsewhere (object n receptacle n) `<placed>` count receptacle n
 * `<todo>` per receptacle class the lowest unexplored number `<last>` action `<step>` t `<sub>` verb object receptacle
 * `<switch>`. A field without content is its tag alone. The flat format ends with `<action>` instead of `<sub>` ….
 * The strategy format ends with `<sub>` on the first turn; then its classes stand in front of all, `<sub>` class …, and
 * `<action>` ends it.
 * Object classes are the goal's object and lamp; `<found>` names the receptacle only where it is not the one of `<at>`.
 *
 * @param subgoal the sub-goal in force before this turn; null on the first turn.
 * @param strategy the strategy in force; null on the first turn and in the other formats.
 * @returns a fresh array of token ids.
 */
export function nanoPrompt(
  knowledge: Knowledge,
  subgoal: string | null,
  format: TurnFormat,
  strategy: Strategy | null = null,
): Uint16Array {
  length = 0;
  if (strategy) {
    put(SUB);
    for (const word of strategy) put(id(word));
  }
  const { goal, held, place } = knowledge;
  put(TASK);
  if (goal && WORDS.has(goal.object)) {
    put(TASK_WORD[goal.taskType]);
    put(id(goal.object));
    put(id(goal.target ?? goal.lamp ?? 'none'));
  } else put(NONE);

  put(HOLD);
  if (held) {
    if (knowledge.is(held, 'clean')) put(CLEAN);
    if (knowledge.is(held, 'hot')) put(HOT);
    if (knowledge.is(held, 'cool')) put(COOL);
    if (knowledge.is(held, 'sliced')) put(SLICED);
    putThing(held);
  }

  put(AT);
  if (place) {
    putThing(place);
    if (place.door === 'open') put(OPEN);
    else if (place.door === 'closed') put(CLOSED);
  }
  putFound(knowledge);
  putSeen(knowledge);
  putMemo(knowledge);

  put(PLACED);
  const placement = knowledge.placed.at(-1);
  if (placement) {
    put(numberId(knowledge.placed.length));
    putThing(placement.receptacle);
  }
  putTodo(knowledge);

  put(LAST);
  if (knowledge.lastCommand !== null) {
    if (knowledge.lastWorked) for (const token of encodeCommand(knowledge.lastCommand)) put(token);
    else put(NONE);
  }
  put(STEP);
  put(numberId(knowledge.stepCount + 1));
  if (format === 'flat' || strategy) put(ACTION);
  else {
    put(SUB);
    if (format === 'strategy') return buffer.slice(0, length);
    if (subgoal) for (const word of subgoal.split(' ')) put(id(word));
    put(SWITCH);
  }
  return buffer.slice(0, length);
}

/** True for objects the goal still needs: of its object class and not yet delivered, or its lamp. */
function isWanted(knowledge: Knowledge, object: Thing): boolean {
  const goal = knowledge.goal;
  if (object.class === goal?.object) return !knowledge.isPlaced(object);
  return object.class === goal?.lamp;
}

function putFound(knowledge: Knowledge): void {
  put(FOUND);
  let count = 0;
  for (const receptacle of knowledge.places) {
    if (!knowledge.isAccessible(receptacle)) continue;
    for (const object of receptacle.contents) {
      if (count === FOUND_LIMIT) return;
      if (!isWanted(knowledge, object)) continue;
      count += 1;
      putThing(object);
      if (receptacle !== knowledge.place) putThing(receptacle);
    }
  }
}

function putSeen(knowledge: Knowledge): void {
  put(SEE);
  const place = knowledge.place;
  if (!place || !knowledge.isAccessible(place)) return;
  let count = 0;
  for (const object of place.contents) {
    if (count === SEEN_LIMIT) return;
    if (isWanted(knowledge, object)) continue;
    count += 1;
    putThing(object);
  }
}

function putMemo(knowledge: Knowledge): void {
  put(MEMO);
  const here = knowledge.place?.group;
  let count = 0;
  for (const receptacle of knowledge.receptacles) {
    if (receptacle.contents.length === 0) continue;
    if (receptacle.group === here && knowledge.isAccessible(receptacle)) continue;
    for (const object of receptacle.contents) {
      if (count === MEMO_LIMIT) return;
      if (!isWanted(knowledge, object)) continue;
      count += 1;
      putThing(object);
      putThing(receptacle);
    }
  }
}

function putTodo(knowledge: Knowledge): void {
  put(TODO);
  for (const siblings of knowledge.receptaclesByClass.values()) {
    const next = lowestUnexplored(siblings);
    if (!next) continue;
    if (length + 2 + TAIL_TOKENS > MAX_PROMPT_TOKENS) return;
    putThing(next);
  }
}

function lowestUnexplored(siblings: readonly KnownReceptacle[]): KnownReceptacle | undefined {
  for (const receptacle of siblings) if (!receptacle.explored) return receptacle;
  return undefined;
}
