import { AppError } from '../../../contract/error.ts';
import type { Goal } from './goals.ts';
import { SEPARATOR } from './page-text.ts';
import { type ObservationMode, Session } from './session.ts';
import type { Shop } from './shop.ts';
import type { AvailableActions } from './view.ts';

export interface WebShopOptions {
  observation?: ObservationMode;
  /** How many earlier observations and actions a step returns before the present page. */
  previousObservations?: number;
  previousActions?: number;
  /** Put in front of every session id. */
  sessionPrefix?: string;
}

/** What the original's `step` returns, with the reward's parts on a purchase. */
export interface ShopStep {
  observation: string;
  /** 0 before the purchase. */
  reward: number;
  done: boolean;
}

/** The original's `WebAgentTextEnv`, call for call: sessions by number, name or chance, and texts in its modes. */
export class WebShop {
  private readonly shop: Shop;
  private readonly options: WebShopOptions;
  /** A session id keeps its goal. */
  private readonly goals = new Map<string, Goal>();
  private current: Session;
  private observations: string[] = [];
  private actions: string[] = [];

  /** Opens a session of its own at once, as the original's constructor does. */
  constructor(shop: Shop, options: WebShopOptions = {}) {
    this.shop = shop;
    this.options = options;
    this.current = this.open();
  }

  get session(): Session {
    return this.current;
  }

  /** Starts a session over: an integer is the index of its goal (negative ones count from the end), anything else draws one. */
  reset(session?: number | string): string {
    this.current = this.open(session);
    return this.current.observation(this.options.observation);
  }

  step(action: string): ShopStep {
    const done = this.current.act(action);
    const observation = this.current.observation(this.options.observation);
    this.actions.push(action);
    const parts = [observation];
    const { previousObservations = 0, previousActions = 0 } = this.options;
    for (let i = 1; i <= Math.max(previousObservations, previousActions); i++) {
      const [pastAction, pastObservation] = [this.actions.at(-i), this.observations.at(-i)];
      if (i <= previousActions && pastAction !== undefined) parts.push(pastAction);
      if (i <= previousObservations && pastObservation !== undefined) parts.push(pastObservation);
    }
    this.observations.push(observation);
    const { page } = this.current;
    const reward = done && page.kind === 'done' ? page.reward.total : 0;
    return { observation: parts.reverse().join(SEPARATOR), reward, done };
  }

  available(): AvailableActions {
    return this.current.available();
  }

  private open(session?: number | string): Session {
    const id = (this.options.sessionPrefix ?? '') + (session ?? this.shop.random.lowerCaseWord(10));
    const goal = this.goals.get(id) ?? this.drawGoal(session);
    this.goals.set(id, goal);
    const opened = new Session(this.shop, id, goal);
    this.observations = [opened.observation(this.options.observation)];
    this.actions = [];
    return opened;
  }

  private drawGoal(session?: number | string): Goal {
    const { goals, random, cumulativeWeights } = this.shop;
    const index = typeof session === 'number' ? session : random.weightedIndex(cumulativeWeights);
    const goal = goals.at(index);
    if (goal && Number.isInteger(index)) return goal;
    throw new AppError(
      'bad-input',
      `Session ${session}: there are goals ${-goals.length} to ${goals.length - 1}.`,
    );
  }
}
