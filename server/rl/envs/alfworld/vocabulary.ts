import { AppError } from '../../../contract/error.ts';

/**
 * A fixed list of words, each one token. The order is part of every saved model: append under a new version, never
 * reorder. Id 0 is `<pad>`.
 */
export class Vocabulary {
  readonly version: string;
  readonly words: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  constructor(version: string, words: readonly string[]) {
    this.version = version;
    this.words = words;
    this.#ids = new Map(words.map((word, id) => [word, id]));
    if (this.#ids.size !== words.length) {
      const double = words.find((word, id) => this.#ids.get(word) !== id);
      throw new AppError('internal', `vocabulary ${version}: the word "${double}" is listed twice`);
    }
  }

  get size(): number {
    return this.words.length;
  }

  has(word: string): boolean {
    return this.#ids.has(word);
  }

  /** Throws AppError `unsupported` for a word outside the vocabulary. */
  id(word: string): number {
    const id = this.#ids.get(word);
    if (id !== undefined) return id;
    throw new AppError(
      'unsupported',
      `the word "${word}" is not in the vocabulary ${this.version}; it holds ALFWorld's own words only`,
    );
  }

  word(id: number): string {
    const word = this.words[id];
    if (word !== undefined) return word;
    throw new AppError('bad-input', `token id ${id} is outside the vocabulary (0..${this.size - 1})`);
  }

  encode(words: readonly string[]): Uint16Array {
    return Uint16Array.from(words, (word) => this.id(word));
  }

  decode(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.word(id));
  }
}

export const MAX_NUMBER = 50;

const TAGS =
  '<task> <hold> <at> <found> <see> <memo> <placed> <todo> <last> <step> <sub> <switch> <action>'.split(' ');
const FLAGS = 'KEEP SWITCH none open closed clean hot cool sliced'.split(' ');
const VERBS = 'get put heat use two light go close take move examine slice look inventory help'.split(' ');
const NUMBERS = Array.from({ length: MAX_NUMBER }, (_, index) => String(index + 1));

/** Lamps keep their names under renaming: what turns on is part of the language, not of the room. */
const LAMPS = 'desklamp floorlamp lamp'.split(' ');

const OBJECTS = `
  alarmclock apple baseballbat basketball bathtub blinds book boots bowl box bread butterknife candle cd cellphone chair
  cloth creditcard cup curtains dishsponge egg faucet footstool fork glassbottle handtowel houseplant kettle keychain knife
  ladle laptop laundryhamperlid lettuce lightswitch mirror mug newspaper painting pan papertowel papertowelroll pen pencil
  peppershaker pillow plate plunger poster pot potato remotecontrol saltshaker scrubbrush showerdoor showerglass showerhead
  sink soapbar soapbottle spatula spoon spraybottle statue stoveknob teddybear television tennisracket tissuebox toiletpaper
  toiletpaperroll tomato towel vase watch wateringcan window winebottle`
  .trim()
  .split(/\s+/);

/** Receptacles that do something (clean, heat, cool): they keep their names under renaming. */
const APPLIANCES = 'sinkbasin bathtubbasin microwave fridge'.split(' ');

const FURNITURE = `
  armchair bed cabinet cart coffeemachine coffeetable countertop desk diningtable drawer dresser garbagecan handtowelholder
  laundryhamper ottoman paintinghanger safe shelf sidetable sofa stoveburner toaster toilet toiletpaperhanger towelholder
  tvstand`
  .trim()
  .split(/\s+/);

/** The words of ALFWorld, both dialects: everything a prompt or a response of the `nano` policy can hold. */
export const ALFWORLD_VOCABULARY = new Vocabulary('alfworld-1', [
  '<pad>',
  ...TAGS,
  ...FLAGS,
  ...VERBS,
  ...NUMBERS,
  ...LAMPS,
  ...OBJECTS,
  ...APPLIANCES,
  ...FURNITURE,
]);

const ids = (words: readonly string[]) => words.map((word) => ALFWORLD_VOCABULARY.id(word));

/** Ids of word groups that may be exchanged for one another (renaming.ts). */
export const WORD_GROUPS = {
  numbers: ids(NUMBERS),
  objects: ids(OBJECTS),
  furniture: ids(FURNITURE),
} as const;
