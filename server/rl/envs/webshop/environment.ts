import type { Step, TextEnvironment } from '../environment.ts';
import { Session } from './session.ts';
import type { Shop } from './shop.ts';

/** An open command (`OpenCommand`), as it stands among the admissible ones. */
export const SEARCH = 'search[<your query>]';

/** A step of the shop: what every environment returns, and what this one has besides. */
export interface ShoppingStep extends Step {
  /** Reward of the purchase, 0 to 1; `won` says whether it is exactly 1. 0 before. */
  score: number;
}

export interface ShoppingOptions {
  /** The episode is done after this many steps, default 15 as in verl-agent; `Infinity` for none. */
  stepLimit?: number;
  /** What a purchase is worth: its score (default), or 1 where that is exactly 1 and else nothing. */
  reward?: 'score' | 'success';
}

/**
 * One goal of a shop as an episode. `done` says that the episode is over; a caller who steps on
 * regardless shops on, as in the original.
 */
export class ShoppingEnvironment implements TextEnvironment {
  readonly gameId: string;
  readonly taskType: string;
  readonly session: Session;
  private readonly stepLimit: number;
  private readonly pays: 'score' | 'success';
  private steps = 0;

  /** @throws RangeError unless the shop has a goal of this index. */
  constructor(shop: Shop, goalIndex: number, options: ShoppingOptions = {}) {
    const goal = shop.goals[goalIndex];
    if (!goal) throw new RangeError(`goal ${goalIndex} of ${shop.goals.length}`);
    this.gameId = `${goalIndex}-${goal.asin}`;
    this.taskType = goal.category;
    this.session = new Session(shop, String(goalIndex), goal);
    this.stepLimit = options.stepLimit ?? 15;
    this.pays = options.reward ?? 'score';
  }

  reset(): string {
    this.steps = 0;
    this.session.restart();
    return this.session.observation();
  }

  step(command: string): ShoppingStep {
    const bought = this.session.act(command);
    this.steps++;
    const { page } = this.session;
    const score = bought && page.kind === 'done' ? page.reward.total : 0;
    const won = score === 1;
    const truncated = !bought && this.steps >= this.stepLimit;
    return {
      observation: this.session.observation(),
      reward: this.pays === 'score' ? score : Number(won),
      done: bought || truncated,
      won,
      score,
      truncated,
    };
  }

  /** Commands that do something now, a search first where the page has a bar for it: `search[<your query>]` is free text. */
  admissible(): string[] {
    const { hasSearchBar, clickables } = this.session.available();
    const clicks = clickables.filter((text) => text !== 'search').map((text) => `click[${text}]`);
    return hasSearchBar ? [SEARCH, ...clicks] : clicks;
  }
}
