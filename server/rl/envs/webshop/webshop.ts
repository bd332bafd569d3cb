import type { EnvironmentKind } from '../kind.ts';
import { WEBSHOP_DIALOGUE } from './dialogue.ts';
import { ShopLanguage } from './shop-language.ts';
import { ShopVocabulary } from './vocabulary.ts';
import { catalogueOf, WEBSHOP_WORLD } from './world.ts';

/** Shopping by instruction (spec/webshop.md). */
export const WEBSHOP: EnvironmentKind = {
  world: WEBSHOP_WORLD,
  dialogue: WEBSHOP_DIALOGUE,
  reference: {
    role: 'You are a skilled agent who shops in the online store WebShop for what an instruction asks.',
    dialect: 'webshop',
    namesTaskFirst: true,
    numbersSteps: true,
    promptLimit: 13_000,
  },
  words: (config) => new ShopLanguage(ShopVocabulary.of(catalogueOf(config).catalogue)),
};
