import type { CompiledGame } from './compiled-game.ts';

/** The hidden state of a game, as an expert or a test may read it. Entities are indices into the game's arrays. */
export interface StateView {
  /** Location index of the agent. */
  readonly location: number;
  /** Object in the hand, or null. */
  readonly held: number | null;
  isOpen(receptacle: number): boolean;
  /** Whether the receptacle lists the object: a relation, several receptacles may list one object. */
  isListed(object: number, receptacle: number): boolean;
  /** Receptacles that list the object, ascending. */
  receptaclesOf(object: number): number[];
  /** Objects listed by the receptacle, in id order. */
  objectsIn(receptacle: number): number[];
  /** Whether `objectAtLocation` holds: where the object is registered, not where it is seen. */
  isRegisteredAt(object: number, location: number): boolean;
  isClean(object: number): boolean;
  isHot(object: number): boolean;
  isCool(object: number): boolean;
  isSliced(object: number): boolean;
  isToggled(object: number): boolean;
}

export const CLEAN = 1;
export const HOT = 2;
export const COOL = 4;
export const SLICED = 8;
export const TOGGLED = 16;

/** Bits of one (receptacle, object) pair. */
const LISTED = 1;
const TAKEN_OUT = 2;

/** Everything that changes during play: two numbers and one block of bytes, cheap to copy. */
export class GameState implements StateView {
  location: number;
  /** Object in the hand, -1 for none. */
  hand: number;
  readonly #receptacles: number;
  readonly #objects: number;
  /** `[receptacle]` opened, then `[object]` flags, `[receptacle][object]` pairs, `[location][object]` registered. */
  readonly #bytes: Uint8Array;
  readonly #flagsAt: number;
  readonly #pairsAt: number;
  readonly #registeredAt: number;

  private constructor(
    receptacles: number,
    objects: number,
    location: number,
    hand: number,
    bytes: Uint8Array,
  ) {
    this.#receptacles = receptacles;
    this.#objects = objects;
    this.location = location;
    this.hand = hand;
    this.#bytes = bytes;
    this.#flagsAt = receptacles;
    this.#pairsAt = receptacles + objects;
    this.#registeredAt = this.#pairsAt + receptacles * objects;
  }

  /** The state a game starts in. */
  static initial(game: CompiledGame): GameState {
    const [r, o] = [game.receptacleCount, game.objectCount];
    const bytes = new Uint8Array(r + o + r * o + game.locationCount * o);
    const state = new GameState(r, o, game.game.start, -1, bytes);
    game.receptacles.forEach(({ opened }, receptacle) => {
      state.setOpen(receptacle, opened);
    });
    game.objects.forEach((object, index) => {
      for (const receptacle of object.receptacles) bytes[state.#pairsAt + receptacle * o + index] = LISTED;
      for (const location of object.locations) bytes[state.#registeredAt + location * o + index] = 1;
      state.setFlags(
        index,
        (object.isClean ? CLEAN : 0) |
          (object.isHot ? HOT : 0) |
          (object.isCool ? COOL : 0) |
          (object.isSliced ? SLICED : 0),
        0,
      );
    });
    return state;
  }

  copy(): GameState {
    return new GameState(this.#receptacles, this.#objects, this.location, this.hand, this.#bytes.slice());
  }

  get held(): number | null {
    return this.hand < 0 ? null : this.hand;
  }

  isOpen(receptacle: number): boolean {
    return this.#bytes[receptacle] === 1;
  }

  setOpen(receptacle: number, open: boolean): void {
    this.#bytes[receptacle] = open ? 1 : 0;
  }

  isListed(object: number, receptacle: number): boolean {
    return (this.#bytes[this.#pairsAt + receptacle * this.#objects + object]! & LISTED) !== 0;
  }

  /** Taken out of this receptacle and not put back: what `look` calls "next to it". */
  isTakenOut(object: number, receptacle: number): boolean {
    return (this.#bytes[this.#pairsAt + receptacle * this.#objects + object]! & TAKEN_OUT) !== 0;
  }

  isRegisteredAt(object: number, location: number): boolean {
    return this.#bytes[this.#registeredAt + location * this.#objects + object] === 1;
  }

  take(object: number, receptacle: number): void {
    this.#bytes[this.#pairsAt + receptacle * this.#objects + object] = TAKEN_OUT;
    this.#bytes[this.#registeredAt + this.location * this.#objects + object] = 0;
    this.hand = object;
  }

  put(object: number, receptacle: number): void {
    this.#bytes[this.#pairsAt + receptacle * this.#objects + object] = LISTED;
    this.#bytes[this.#registeredAt + this.location * this.#objects + object] = 1;
    this.hand = -1;
  }

  /** The state bits of an object (CLEAN, HOT, COOL, SLICED, TOGGLED). */
  flags(object: number): number {
    return this.#bytes[this.#flagsAt + object]!;
  }

  setFlags(object: number, set: number, clear: number): void {
    const at = this.#flagsAt + object;
    this.#bytes[at] = (this.#bytes[at]! | set) & ~clear;
  }

  receptaclesOf(object: number): number[] {
    const found: number[] = [];
    for (let r = 0; r < this.#receptacles; r++) if (this.isListed(object, r)) found.push(r);
    return found;
  }

  objectsIn(receptacle: number): number[] {
    const found: number[] = [];
    for (let o = 0; o < this.#objects; o++) if (this.isListed(o, receptacle)) found.push(o);
    return found;
  }

  isClean(object: number): boolean {
    return (this.flags(object) & CLEAN) !== 0;
  }

  isHot(object: number): boolean {
    return (this.flags(object) & HOT) !== 0;
  }

  isCool(object: number): boolean {
    return (this.flags(object) & COOL) !== 0;
  }

  isSliced(object: number): boolean {
    return (this.flags(object) & SLICED) !== 0;
  }

  isToggled(object: number): boolean {
    return (this.flags(object) & TOGGLED) !== 0;
  }
}
