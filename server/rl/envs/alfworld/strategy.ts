import type { ExpertTurn, Strategies, Strategy } from '../environment.ts';
import { parseSubgoal } from './expert.ts';
import { followsStrategy, isSearching } from './strategy-judge.ts';
import { ALFWORLD_VOCABULARY as WORDS } from './vocabulary.ts';

const NONE = WORDS.id('none');

/**
 * A strategy names the receptacle classes of the room to search, in this order; all different, at least one. Most classes of
 * one; a shorter one is emitted with `none` in the places left.
 */
export const STRATEGY_LENGTH = 3;

/** A strategy from its tokens. */
export function readStrategy(ids: readonly number[]): Strategy {
  return WORDS.decode(ids.filter((id) => id !== NONE));
}

/** The strategy of a finished demonstration, by hindsight: the first classes that its sub-goals searched. */
export function strategyOf(turns: readonly Pick<ExpertTurn, 'subgoal'>[]): Strategy {
  const searched = turns.flatMap(({ subgoal }) => {
    const parts = parseSubgoal(subgoal);
    return parts && (parts.verb === 'get' || parts.verb === 'use') ? [parts.receptacle] : [];
  });
  return [...new Set(searched)].slice(0, STRATEGY_LENGTH);
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

/** Strategies of ALFWorld. They are to be followed while the agent has to look for something. */
export const ALFWORLD_STRATEGIES: Strategies = {
  length: STRATEGY_LENGTH,
  read: readStrategy,
  vector: strategyVector,
  shownBy: strategyOf,
  isInForce: isSearching,
  follows: followsStrategy,
};
