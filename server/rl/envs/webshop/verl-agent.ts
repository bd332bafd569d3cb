import type { Goal, GoalSeeds } from './goals.ts';
import { NumpyRandomState } from './numpy-random.ts';
import { SEPARATOR } from './page-text.ts';
import type { AvailableActions } from './view.ts';

/*
 * WebShop as verl-agent and HiPER train and test on it: where their splits, batches, texts and rewards differ from the
 * original's. Their results are quoted on these.
 */

/** Goals before this index are for tests, the others for training. */
export const TEST_GOALS = 500;

/** Reward of a purchase that scores exactly 1; every other ending earns 0. */
export const SUCCESS_REWARD = 10;

/**
 * Seeds of one of its workers. Worker `i` of a run takes `seed + floor(i / groupSize)`, and an evaluation `seed + 1000`: each
 * seed has an order of goals of its own, so test goals of one and training goals of another overlap.
 */
export function verlSeeds(seed: number): GoalSeeds {
  return { load: seed, shuffle: seed };
}

/** Draws the goal indices of batch after batch, all different within one. */
export class VerlBatches {
  private readonly random: NumpyRandomState;
  private readonly start: number;
  private readonly end: number;

  constructor(seed: number, split: 'train' | 'test', goalCount: number) {
    this.random = new NumpyRandomState(seed);
    this.start = split === 'test' ? 0 : TEST_GOALS;
    this.end = split === 'test' ? Math.min(TEST_GOALS, goalCount) : goalCount;
  }

  next(size: number): number[] {
    return this.random.choice(this.start, this.end, size);
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
