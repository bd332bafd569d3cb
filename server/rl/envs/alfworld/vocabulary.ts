import { Vocabulary } from '../vocabulary.ts';

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
