import type { ExpertTurn } from '../envs/alfworld/expert.ts';
import { ALFWORLD_VOCABULARY as WORDS } from './vocabulary.ts';

const NONE = WORDS.id('none');

/**
 * A plan for a whole episode (StraTA, arXiv 2605.06642), in the nano policy's words: the receptacle classes of the room to
 * search, in this order; all different, at least one.
 */
export type Strategy = readonly string[];

/** Most classes of a strategy; a shorter one is emitted with `none` in the places left. */
export const STRATEGY_LENGTH = 3;

/** A strategy from its tokens. */
export function readStrategy(ids: readonly number[]): Strategy {
  return WORDS.decode(ids.filter((id) => id !== NONE));
}

/** The strategy of a finished demonstration, by hindsight: the first classes that its sub-goals searched. */
export function strategyOf(turns: readonly Pick<ExpertTurn, 'subgoal'>[]): Strategy {
  const searched = turns.filter(({ subgoal }) => subgoal.verb === 'get' || subgoal.verb === 'use');
  return [...new Set(searched.map(({ subgoal }) => subgoal.receptacle))].slice(0, STRATEGY_LENGTH);
}

/**
 * A strategy as a vector of unit length over the vocabulary, to tell how alike two are: 1/k at its k-th class. It stands for
 * the sentence encoder of spec/credit-methods.md 1.5, which three words do not need; early classes count most because
 * they decide where an episode begins.
 */
export function strategyVector(strategy: Strategy): Float64Array {
  const vector = new Float64Array(WORDS.size);
  strategy.forEach((word, place) => {
    vector[WORDS.id(word)] = 1 / (place + 1);
  });
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / length);
}
