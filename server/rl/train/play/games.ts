import { AppError } from '../../../contract/error.ts';
import { type RunConfig, SPLITS, type Split } from '../../../contract/run-config.ts';
import type { Games, TextEnvironment } from '../../envs/environment.ts';
import { ENVIRONMENT_KINDS } from '../../envs/registry.ts';
import { Random } from '../../random.ts';

/** The games of one run: those of its task types, in the orders in which they are played. */
export class RunGames {
  readonly source: 'real' | 'generated';
  readonly origin: string;
  readonly #taskTypes: ReadonlySet<string>;
  readonly #games: Games;
  readonly #indices = new Map<Split, number[]>();

  /** Throws AppError `bad-input` when there is no training game of the config's task types, and what opening them throws. */
  constructor(config: RunConfig) {
    this.#games = ENVIRONMENT_KINDS[config.environment].world.openGames(config);
    this.source = this.#games.source;
    this.origin = this.#games.origin;
    this.#taskTypes = new Set(config.taskTypes);
    if (this.#split('train').length === 0)
      throw new AppError(
        'bad-input',
        `taskTypes: no training game of ${config.taskTypes.join(', ')} (${this.origin})`,
      );
  }

  /** What the data holds beside these games, in words; null where it is all in play. Loads every split. */
  describeLeftOut(): string | null {
    if (this.source === 'generated') return null;
    const parts = SPLITS.flatMap((split) => {
      const reasons = Object.entries(this.#games.leftOut(split)).map(
        ([reason, count]) => `${count} ${reason}`,
      );
      return reasons.length > 0 ? [`${split} ${reasons.join(', ')}`] : [];
    });
    return parts.length > 0 ? parts.join('; ') : null;
  }

  /** How many games of the chosen task types a split has. */
  count(split: Split): number {
    return this.#split(split).length;
  }

  /**
   * Training games of one iteration: a pass over all of them in a random order, then the next pass; depends on the seed only.
   * Each of the `count` games comes `copies` times in a row.
   */
  trainingGames(
    seed: number,
    first: number,
    count: number,
    stepLimit: number,
    copies = 1,
  ): TextEnvironment[] {
    return this.#passes([seed, 'game order'], first, count).flatMap((index) =>
      Array.from({ length: copies }, () => this.#games.open('train', index, stepLimit)),
    );
  }

  /**
   * Training games that an expert shows. Their order is not that of `trainingGames`: a run of the same seed would begin with the
   * very games that its policy was cloned from, and seem to unlearn when they end.
   */
  demonstrationGames(seed: number, count: number, stepLimit: number): TextEnvironment[] {
    return this.#passes([seed, 'demonstrations'], 0, count).map((index) =>
      this.#games.open('train', index, stepLimit),
    );
  }

  /** Indices of training games: a pass over all of them in a random order, then the next pass. */
  #passes(stream: readonly (number | string)[], first: number, count: number): number[] {
    const indices = this.#split('train');
    const orders = new Map<number, number[]>();
    return Array.from({ length: count }, (_, i) => {
      const pass = Math.floor((first + i) / indices.length);
      const order = orders.get(pass) ?? new Random(...stream, pass).shuffle([...indices]);
      orders.set(pass, order);
      return order[(first + i) % indices.length] as number;
    });
  }

  /** The first `count` games of a split in a fixed order that mixes task types; fewer if there are fewer. */
  evaluationGames(split: Split, count: number, stepLimit: number): TextEnvironment[] {
    const order = new Random('evaluation order', split).shuffle([...this.#split(split)]);
    return order.slice(0, count).map((index) => this.#games.open(split, index, stepLimit));
  }

  #split(split: Split): number[] {
    let indices = this.#indices.get(split);
    if (!indices) {
      const games = this.#games;
      indices = Array.from({ length: games.count(split) }, (_, i) => i).filter((i) =>
        this.#taskTypes.has(games.taskType(split, i)),
      );
      this.#indices.set(split, indices);
    }
    return indices;
  }
}
