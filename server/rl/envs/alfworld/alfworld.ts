import type { EnvironmentKind } from '../kind.ts';
import { ALFWORLD_DIALOGUE } from './dialogue.ts';
import { NanoLanguage } from './nano-language.ts';
import { ALFWORLD_WORLD } from './world.ts';

/** Household tasks (spec/alfworld.md). */
export const ALFWORLD: EnvironmentKind = {
  world: ALFWORLD_WORLD,
  dialogue: ALFWORLD_DIALOGUE,
  reference: {
    role: 'You are a skilled agent who completes household tasks in the text world ALFRED.',
    dialect: 'alfworld',
  },
  words: () => new NanoLanguage(),
};
