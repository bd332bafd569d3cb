import { addSums, noSums, rowsOf, type SubgoalSums } from '../contract/subgoal-sums.ts';
import type { TallyEvent } from '../contract/tally.ts';
import type { Mean, SubgoalList, SubgoalOrder, SubgoalQuery, SubgoalRow } from '../contract/training.ts';
import { columnAt } from './training-columns.ts';
import { wilsonInterval } from './wilson.ts';

/** Adds sub-goals up over tallies, and says which of them pay. */
export class SubgoalRanking {
  readonly #bin: number;
  readonly #columns: number;
  readonly #sums = new Map<string, SubgoalSums>();
  /** Segments by sub-goal and column, and of all sub-goals. */
  readonly #overTime = new Map<string, number[]>();
  readonly #all: number[];
  #episodes = 0;
  #other = 0;

  /** Over so many iterations in columns of `bin`. */
  constructor(iterations: number, bin: number) {
    this.#bin = bin;
    this.#columns = iterations > 0 ? columnAt(iterations, bin) + 1 : 0;
    this.#all = new Array<number>(this.#columns).fill(0);
  }

  add(tally: Omit<TallyEvent, 'advantages'>): void {
    const at = columnAt(tally.iteration, this.#bin);
    if (at >= this.#columns) return;
    this.#episodes += tally.episodes;
    this.#other += tally.otherSegments;
    this.#all[at]! += tally.segmentLengths.reduce((sum, count) => sum + count, 0);
    for (const row of rowsOf(tally.subgoals)) {
      const sums = this.#sums.get(row.text) ?? noSums(row.text);
      this.#sums.set(row.text, sums);
      addSums(sums, row);
      const strip = this.#overTime.get(row.text) ?? new Array<number>(this.#columns).fill(0);
      this.#overTime.set(row.text, strip);
      strip[at]! += row.segments;
    }
  }

  list({ text = '', order, limit }: Pick<SubgoalQuery, 'text' | 'order' | 'limit'>): SubgoalList {
    const wanted = text.toLowerCase();
    const matching = [...this.#sums.values()].filter((sums) => sums.text.toLowerCase().includes(wanted));
    const segments = this.#all.reduce((sum, count) => sum + count, 0);
    const rows = matching
      .map((sums) => ({ sums, rank: rankOf(sums, order) }))
      .sort((a, b) => b.rank - a.rank || b.sums.segments - a.sums.segments)
      .slice(0, limit)
      .map(({ sums }) => this.#row(sums, segments));
    return {
      ...{ segments, rows, episodes: this.#episodes, otherSegments: this.#other },
      distinct: this.#sums.size,
      matching: matching.length,
    };
  }

  #row(sums: SubgoalSums, all: number): SubgoalRow {
    const { text, segments, turns, episodes, won } = sums;
    const strip = this.#overTime.get(text) ?? [];
    return {
      ...{ text, segments, episodes, won },
      share: segments / all,
      meanLength: turns / segments,
      rate: won / episodes,
      interval: wilsonInterval(won, episodes),
      expected: sums.expected / episodes,
      reward: meanOf(episodes, sums.reward, sums.rewardSquares),
      advantage: meanOf(sums.credited, sums.advantage, sums.advantageSquares),
      overTime: strip.map((count, at) => (this.#all[at]! > 0 ? count / this.#all[at]! : null)),
    };
  }
}

/** The largest first. What pays is told by the end of the interval that is nearer to paying nothing: a few lucky episodes do not. */
function rankOf({ segments, won, episodes, expected }: SubgoalSums, order: SubgoalOrder): number {
  if (order === 'frequent') return segments;
  const [low, high] = wilsonInterval(won, episodes);
  return order === 'pays' ? low - expected / episodes : expected / episodes - high;
}

/** From sums of numbers and of their squares. */
function meanOf(n: number, sum: number, squares: number): Mean {
  if (n === 0) return { n, mean: null, error: null };
  const mean = sum / n;
  const variance = n > 1 ? Math.max(0, squares - n * mean ** 2) / (n - 1) : null;
  return { n, mean, error: variance === null ? null : Math.sqrt(variance / n) };
}
