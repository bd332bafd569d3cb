import type { Goal, GoalSeeds } from './goals.ts';
import { NumpyRandomState } from './numpy-random.ts';
import { SEPARATOR } from './page-text.ts';
import type { GoalRange } from './splits.ts';
import type { AvailableActions } from './view.ts';

/*
 * WebShop as verl-agent and HiPER train and test on it: where their splits, batches, texts and rewards differ from the
 * original's. Their results are quoted on these.
 */

/** Reward of a purchase that scores exactly 1; every other ending earns 0. */
export const SUCCESS_REWARD = 10;

/**
 * Seeds of one of its workers. Worker `i` of a run takes `seed + floor(i / groupSize)`, and an evaluation `seed + 1000`: each
 * seed has an order of goals of its own, so test goals of one and training goals of another overlap.
 */
export function verlSeeds(seed: number): GoalSeeds {
  return { load: seed, shuffle: seed };
}

/** Draws the goal indices of batch after batch from a range, all different within one. */
export class VerlBatches {
  private readonly random: NumpyRandomState;
  private readonly range: GoalRange;

  constructor(seed: number, range: GoalRange) {
    this.random = new NumpyRandomState(seed);
    this.range = range;
  }

  /** @throws RangeError when the range holds fewer than `size`. */
  next(size: number): number[] {
    return this.random.choice(this.range.from, this.range.to, size);
  }
}

/** What its prompts show of a page: the pieces after the instruction, in single quotes; a page without one as it is. */
export function verlObservation(text: string, goal: Goal): string {
  const pieces = text.split(SEPARATOR);
  const at = pieces.indexOf(goal.instruction);
  if (at < 0) return text;
  return pieces
    .slice(at + 1)
    .map((piece) => `'${piece}'`)
    .join(SEPARATOR);
}

/** The actions it lists, search first; `click[search]` among them, which does nothing. */
export function verlActions({ hasSearchBar, clickables }: AvailableActions): string[] {
  return [...(hasSearchBar ? ['search[<your query>]'] : []), ...clickables.map((text) => `click[${text}]`)];
}
