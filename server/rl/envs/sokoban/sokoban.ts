import { dialogueText } from '../../agent/turn-text.ts';
import type { EnvironmentKind } from '../kind.ts';
import { SokobanLanguage } from './language.ts';
import { SOKOBAN_WORLD } from './world.ts';

const SYMBOLS = '# wall, _ floor, O target, X box, √ box on a target, P you, S you on a target';

/** Push boxes onto targets, in text: rooms, symbols and rewards as RAGEN and verl-agent play them. */
export const SOKOBAN: EnvironmentKind = {
  world: SOKOBAN_WORLD,
  dialogue: dialogueText(({ history, observation }) =>
    history.length === 0 ? `${SYMBOLS}\n${observation}` : observation,
  ),
  reference: {
    role: `You play Sokoban: you move in a room and push boxes, one at a time, never pulling. Symbols: ${SYMBOLS}. A box in a corner cannot come out again.`,
    dialect: 'alfworld',
    namesTaskFirst: true,
  },
  words: () => new SokobanLanguage(),
};
