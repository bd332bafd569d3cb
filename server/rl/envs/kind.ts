import type { RunConfig } from '../../contract/run-config.ts';
import type { ReferenceTask } from '../agent/reference-prompt.ts';
import type { TurnText } from '../agent/turn-text.ts';
import type { WordLanguage } from '../agent/word-language.ts';
import type { World } from './environment.ts';

/** An environment as the registry lists it: its world, and how its turns are spelled. */
export interface EnvironmentKind {
  world: World;
  /** How a language model's turns are written as one growing dialogue. */
  dialogue: TurnText;
  /** What the reference's prompt, which is rebuilt every turn, says of it. */
  reference: ReferenceTask;
  /** The language of the small policy; null: it has no words for this environment. */
  words: ((config: RunConfig) => WordLanguage) | null;
}
