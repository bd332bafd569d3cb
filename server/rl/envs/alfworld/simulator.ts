import type { Step, TextEnvironment } from '../environment.ts';
import { listAdmissible } from './admissible.ts';
import type { CompiledGame } from './compiled-game.ts';
import type { Dialect, TaskType } from './game.ts';
import { isGoalReached } from './goal.ts';
import { CLEAN, COOL, GameState, HOT, SLICED, type StateView, TOGGLED } from './state.ts';
import {
  describeHeldObject,
  describeReceptacle,
  HELP,
  lookAround,
  NOTHING_HAPPENS,
  WELCOME,
} from './texts.ts';

export { type CompiledGame, compileGame } from './compiled-game.ts';
export type { StateView } from './state.ts';

/** Where a thing is, both by display name. */
export interface Whereabouts {
  object: string;
  receptacle: string;
}

export interface SimulatorOptions {
  /** Text dialect, default 2.1.3. */
  dialect?: Dialect;
  /** The episode is done after this many steps, default 50; `Infinity` for none. */
  stepLimit?: number;
}

/**
 * ALFWorld's text game, hand-written from spec/alfworld.md 2-9: same texts, same ordered admissible list, same reward.
 * `done` says that the episode is over; a caller who steps on regardless plays the raw engine, which keeps accepting
 * commands after a win and can become un-won.
 */
export class AlfworldSimulator implements TextEnvironment {
  readonly compiled: CompiledGame;
  readonly dialect: Dialect;
  readonly stepLimit: number;
  readonly #initial: GameState;
  #state: GameState;
  #won: boolean;
  #steps = 0;
  #admissible: readonly string[] | null = null;

  constructor(game: CompiledGame, options: SimulatorOptions = {}) {
    this.compiled = game;
    this.dialect = options.dialect ?? '2.1.3';
    this.stepLimit = options.stepLimit ?? 50;
    this.#initial = initialState(game);
    this.#state = this.#initial.copy();
    this.#won = isGoalReached(game, this.#state);
  }

  get gameId(): string {
    return this.compiled.game.id;
  }

  get taskType(): TaskType {
    return this.compiled.game.taskType;
  }

  /** The hidden state, live: it changes with the next step. */
  get state(): StateView {
    return this.#state;
  }

  /** Whether the goal holds now. */
  get won(): boolean {
    return this.#won;
  }

  /** Steps played since the last reset. */
  get steps(): number {
    return this.#steps;
  }

  /** A second simulator in the same state; playing one does not touch the other. */
  clone(): AlfworldSimulator {
    const copy = new AlfworldSimulator(this.compiled, { dialect: this.dialect, stepLimit: this.stepLimit });
    copy.#state = this.#state.copy();
    copy.#won = this.#won;
    copy.#steps = this.#steps;
    copy.#admissible = this.#admissible;
    return copy;
  }

  reset(): string {
    const game = this.compiled;
    this.#state = this.#initial.copy();
    this.#won = isGoalReached(game, this.#state);
    this.#steps = 0;
    this.#admissible = null;
    // The welcome looks around the whole room, unlike a later `look` from the same spot.
    const startsAtReceptacle = game.receptaclesAt[game.game.start]!.length > 0;
    const room = startsAtReceptacle ? lookAround(game, this.#state) : game.roomSentence;
    return `${WELCOME}\n\n${room}\n\n${game.taskSentence}`;
  }

  step(command: string): Step {
    const observation = this.#play(command.trim()) ?? NOTHING_HAPPENS;
    this.#steps++;
    const won = this.#won;
    const truncated = !won && this.#steps >= this.stepLimit;
    return { observation, reward: won ? 1 : 0, done: won || truncated, truncated, won };
  }

  admissible(): readonly string[] {
    this.#admissible ??= listAdmissible(this.compiled, this.#state, this.dialect);
    return this.#admissible;
  }

  /** Where the things are now that the task needs; privileged, for teachers only. Goal objects and, for light, lamps, at every receptacle that lists them; what is in the hand may be nowhere. */
  neededThings(): Whereabouts[] {
    const { goal, objects, receptacles } = this.compiled;
    return [...goal.objects, ...goal.lamps].flatMap((o) =>
      this.#state
        .receptaclesOf(o)
        .map((r) => ({ object: objects[o]!.name, receptacle: receptacles[r]!.name })),
    );
  }

  /** Plays a command and returns its feedback, or null when it is not one of the commands valid now. */
  #play(command: string): string | null {
    const blank = command.indexOf(' ');
    if (blank < 0) return this.#playWord(command);
    const rest = command.slice(blank + 1);
    switch (command.slice(0, blank)) {
      case 'go':
        return rest.startsWith('to ') ? this.#goTo(this.#receptacle(rest.slice(3))) : null;
      case 'open':
        return this.#open(this.#receptacle(rest));
      case 'close':
        return this.#close(this.#receptacle(rest));
      case 'take':
        return this.#playPair(rest, ' from ', this.#take);
      case 'move':
        return this.dialect === '2.1.3' ? this.#playPair(rest, ' to ', this.#put) : null;
      case 'put':
        return this.dialect === '2.1.1' ? this.#playPair(rest, ' in/on ', this.#put) : null;
      case 'examine':
        return this.#examine(rest);
      case 'use':
        return this.#use(this.#object(rest));
      case 'clean':
        return this.#playPair(rest, ' with ', this.#clean);
      case 'heat':
        return this.#playPair(rest, ' with ', this.#heat);
      case 'cool':
        return this.#playPair(rest, ' with ', this.#cool);
      case 'slice':
        return this.#slice(rest);
      default:
        return null;
    }
  }

  #playWord(command: string): string | null {
    if (command === 'look') return lookAround(this.compiled, this.#state);
    if (command === 'help') return this.dialect === '2.1.3' ? HELP : null;
    if (command !== 'inventory') return null;
    const { hand } = this.#state;
    return hand < 0
      ? 'You are not carrying anything.'
      : `You are carrying: ${this.compiled.objects[hand]!.withArticle}.`;
  }

  #playPair(
    rest: string,
    separator: string,
    action: (object: number, receptacle: number) => string | null,
  ): string | null {
    const at = rest.indexOf(separator);
    if (at < 0) return null;
    const object = this.#object(rest.slice(0, at));
    const receptacle = this.#receptacle(rest.slice(at + separator.length));
    return object < 0 || receptacle < 0 || !this.#isHere(receptacle)
      ? null
      : action.call(this, object, receptacle);
  }

  #goTo(r: number): string | null {
    const receptacle = this.compiled.receptacles[r];
    const state = this.#state;
    if (!receptacle || receptacle.location === state.location) return null;
    state.location = receptacle.location;
    this.#changed(true);
    const place =
      this.dialect === '2.1.3'
        ? receptacle.name
        : `loc ${this.compiled.game.locationNumbers[receptacle.location]}`;
    return `You arrive at ${place}. ${describeReceptacle(this.compiled, state, r)}`;
  }

  #open(r: number): string | null {
    const receptacle = this.compiled.receptacles[r];
    if (!receptacle?.openable || !this.#isHere(r) || this.#state.isOpen(r)) return null;
    this.#state.setOpen(r, true);
    this.#changed(false);
    return `You open the ${receptacle.name}. ${describeReceptacle(this.compiled, this.#state, r)}`;
  }

  #close(r: number): string | null {
    const receptacle = this.compiled.receptacles[r];
    if (!receptacle?.openable || !this.#isHere(r) || !this.#state.isOpen(r)) return null;
    this.#state.setOpen(r, false);
    this.#changed(false);
    return `You close the ${receptacle.name}.`;
  }

  #take(o: number, r: number): string | null {
    const object = this.compiled.objects[o]!;
    const state = this.#state;
    if (state.hand >= 0 || !object.pickupable || !this.#isAccessible(r) || !state.isListed(o, r)) return null;
    state.take(o, r);
    this.#changed(true);
    return `You pick up the ${object.name} from the ${this.compiled.receptacles[r]!.name}.`;
  }

  #put(o: number, r: number): string | null {
    const { objects, receptacles, accepts, objectCount } = this.compiled;
    if (this.#state.hand !== o || !this.#isAccessible(r) || accepts[r * objectCount + o] !== 1) return null;
    this.#state.put(o, r);
    this.#changed(true);
    const [object, receptacle] = [objects[o]!.name, receptacles[r]!.name];
    return this.dialect === '2.1.3'
      ? `You move the ${object} to the ${receptacle}.`
      : `You put the ${object} in/on the ${receptacle}.`;
  }

  #examine(name: string): string | null {
    const r = this.#receptacle(name);
    if (r >= 0) return this.#isHere(r) ? describeReceptacle(this.compiled, this.#state, r) : null;
    // Only the held object: the domain's branch for visible objects has a typo and never fires.
    const o = this.#object(name);
    return o >= 0 && this.#state.hand === o ? describeHeldObject(this.compiled, this.#state, o) : null;
  }

  #use(o: number): string | null {
    const object = this.compiled.objects[o];
    if (!object?.toggleable || !this.#isListedHere(o)) return null;
    this.#state.setFlags(o, TOGGLED, 0);
    this.#changed(true);
    return `You turn on the ${object.name}.`;
  }

  #clean(o: number, r: number): string | null {
    const [object, receptacle] = [this.compiled.objects[o]!, this.compiled.receptacles[r]!];
    if (this.#state.hand !== o || !object.cleanable || !receptacle.cleans) return null;
    this.#state.setFlags(o, CLEAN, 0);
    this.#changed(true);
    return `You clean the ${object.name} using the ${receptacle.name}.`;
  }

  #heat(o: number, r: number): string | null {
    const [object, receptacle] = [this.compiled.objects[o]!, this.compiled.receptacles[r]!];
    if (this.#state.hand !== o || !object.heatable || !receptacle.heats) return null;
    this.#state.setFlags(o, HOT, COOL);
    this.#changed(true);
    return `You heat the ${object.name} using the ${receptacle.name}.`;
  }

  #cool(o: number, r: number): string | null {
    const [object, receptacle] = [this.compiled.objects[o]!, this.compiled.receptacles[r]!];
    if (this.#state.hand !== o || !object.coolable || !receptacle.cools) return null;
    this.#state.setFlags(o, COOL, HOT);
    this.#changed(true);
    return `You cool the ${object.name} using the ${receptacle.name}.`;
  }

  #slice(rest: string): string | null {
    const at = rest.indexOf(' with ');
    if (at < 0) return null;
    const o = this.#object(rest.slice(0, at));
    const knife = this.#object(rest.slice(at + 6));
    const object = this.compiled.objects[o];
    const state = this.#state;
    if (!object?.sliceable || knife < 0 || state.hand !== knife || !this.compiled.objects[knife]!.isKnife)
      return null;
    if (!state.isRegisteredAt(o, state.location)) return null;
    state.setFlags(o, SLICED, 0);
    return `You sliced the ${object.name} with the ${this.compiled.objects[knife]!.name}.`;
  }

  #changed(goalMayChange: boolean): void {
    this.#admissible = null;
    if (goalMayChange) this.#won = isGoalReached(this.compiled, this.#state);
  }

  #receptacle(name: string): number {
    return this.compiled.receptacleByName.get(name) ?? -1;
  }

  #object(name: string): number {
    return this.compiled.objectByName.get(name) ?? -1;
  }

  #isHere(r: number): boolean {
    return this.compiled.receptacles[r]!.location === this.#state.location;
  }

  #isAccessible(r: number): boolean {
    return !this.compiled.receptacles[r]!.openable || this.#state.isOpen(r);
  }

  #isListedHere(o: number): boolean {
    for (const r of this.compiled.receptaclesAt[this.#state.location]!) {
      if (this.#state.isListed(o, r)) return true;
    }
    return false;
  }
}

const initialStates = new WeakMap<CompiledGame, GameState>();

/** The start of a game, made once and shared by all its simulators, which only copy it. */
function initialState(game: CompiledGame): GameState {
  const known = initialStates.get(game);
  if (known) return known;
  const state = GameState.initial(game);
  initialStates.set(game, state);
  return state;
}
