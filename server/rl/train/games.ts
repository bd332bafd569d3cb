import { AppError } from '../../contract/error.ts';
import { type RunConfig, SPLITS, type Split } from '../../contract/run-config.ts';
import { type GameList, openGames } from '../envs/alfworld/games.ts';
import { AlfworldSimulator, type CompiledGame, compileGame } from '../envs/alfworld/simulator.ts';
import type { TextEnvironment } from '../envs/environment.ts';
import { Random } from '../random.ts';

/** Seed of generated games: the same for every run, so that all runs share their splits. */
const GENERATION_SEED = 1;
const GENERATED_EVALUATION_GAMES = 140;

/** The games of one run, filtered by task type and compiled when first played. */
export class RunGames {
  readonly source: 'real' | 'generated';
  readonly origin: string;
  readonly #config: RunConfig;
  readonly #lists: Record<Split, GameList>;
  readonly #indices = new Map<Split, number[]>();
  readonly #compiled = new Map<string, CompiledGame>();

  constructor(config: RunConfig) {
    const opened = openGames({
      source: config.games,
      seed: GENERATION_SEED,
      counts: {
        train: config.generatedGames,
        valid_seen: GENERATED_EVALUATION_GAMES,
        valid_unseen: GENERATED_EVALUATION_GAMES,
      },
    });
    this.source = opened.source;
    this.origin = opened.origin;
    this.#config = config;
    this.#lists = opened.splits;
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
      const reasons = Object.entries(this.#lists[split].leftOut).map(
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
    const indices = this.#split('train');
    const orders = new Map<number, number[]>();
    return Array.from({ length: count }, (_, i) => {
      const pass = Math.floor((first + i) / indices.length);
      let order = orders.get(pass);
      if (!order) {
        order = new Random(seed, 'game order', pass).shuffle([...indices]);
        orders.set(pass, order);
      }
      const index = order[(first + i) % indices.length] as number;
      return Array.from({ length: copies }, () => this.#environment('train', index, stepLimit));
    }).flat();
  }

  /** The first `count` games of a split in a fixed order that mixes task types; fewer if there are fewer. */
  evaluationGames(split: Split, count: number, stepLimit: number): TextEnvironment[] {
    const order = new Random('evaluation order', split).shuffle([...this.#split(split)]);
    return order.slice(0, count).map((index) => this.#environment(split, index, stepLimit));
  }

  #split(split: Split): number[] {
    let indices = this.#indices.get(split);
    if (!indices) {
      const list = this.#lists[split];
      const wanted = new Set<string>(this.#config.taskTypes);
      indices = Array.from({ length: list.length }, (_, i) => i).filter((i) => wanted.has(list.taskType(i)));
      this.#indices.set(split, indices);
    }
    return indices;
  }

  #environment(split: Split, index: number, stepLimit: number): AlfworldSimulator {
    const key = `${split} ${index}`;
    const game = this.#compiled.get(key) ?? compileGame(this.#lists[split].get(index));
    // Evaluation games come back; thousands of training games would fill the memory to save 2 ms each.
    if (split !== 'train') this.#compiled.set(key, game);
    return new AlfworldSimulator(game, { dialect: this.#config.dialect, stepLimit });
  }
}
