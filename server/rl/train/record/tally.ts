import { addHistograms, type Histogram, histogramOf } from '../../../contract/histogram.ts';
import { LEVELS, type Level } from '../../../contract/metrics.ts';
import { addSums, columnsOf, noSums, type SubgoalSums } from '../../../contract/subgoal-sums.ts';
import {
  LONGEST_SEGMENT,
  LONGEST_SUBGOAL,
  SUBGOALS_A_TALLY,
  type TallyEvent,
} from '../../../contract/tally.ts';
import { shortenMiddle } from '../../../contract/text.ts';
import type { CreditedBatch } from '../credit/credit.ts';
import type { Episode } from '../play/episodes.ts';

/** Tallies of a run: as many as a page shows side by side, a few times over. */
const MOST_TALLIES = 500;

/** Counts every training episode, those that are stored to be read and the others. */
export class Tally {
  /** Iterations of one event. */
  readonly #span: number;
  #from = 0;
  #episodes = 0;
  #won = 0;
  #advantages = new Map<Level, Histogram>();
  #lengths: number[] = [];
  #subgoals = new Map<string, SubgoalSums>();

  /** Of a run of so many iterations. */
  constructor(iterations: number) {
    this.#span = Math.ceil(iterations / MOST_TALLIES);
  }

  /** Takes an iteration in. */
  add(iteration: number, episodes: readonly Episode[], credited: CreditedBatch): void {
    if (this.#episodes === 0) this.#from = iteration;
    this.#episodes += episodes.length;
    this.#won += episodes.filter(({ won }) => won).length;
    for (const [level, histogram] of advantagesOf(credited)) {
      const before = this.#advantages.get(level);
      this.#advantages.set(level, before ? addHistograms([before, histogram]) : histogram);
    }
    const winRates = winRatesOf(episodes);
    const { rawAdvantage, defined } = credited.credit;
    let row = 0;
    for (const episode of episodes) {
      const own = new Map<string, SubgoalSums>();
      for (const segment of segmentsOf(episode)) {
        const at = Math.min(segment.turns, LONGEST_SEGMENT) - 1;
        this.#lengths[at] = (this.#lengths[at] ?? 0) + 1;
        const sums = own.get(segment.subgoal) ?? noSums(segment.subgoal);
        own.set(segment.subgoal, sums);
        sums.segments++;
        sums.turns += segment.turns;
        if (!rawAdvantage.high || !defined.high?.[row + segment.first]) continue;
        const advantage = rawAdvantage.high[row + segment.first] as number;
        sums.credited++;
        sums.advantage += advantage;
        sums.advantageSquares += advantage ** 2;
      }
      for (const [text, sums] of own) {
        sums.episodes = 1;
        sums.won = episode.won ? 1 : 0;
        sums.expected = winRates.get(episode.taskType) as number;
        sums.reward = episode.reward;
        sums.rewardSquares = episode.reward ** 2;
        const known = this.#subgoals.get(text);
        if (known) addSums(known, sums);
        else this.#subgoals.set(text, sums);
      }
      row += episode.turns.length;
    }
  }

  /** What there is to tell after an iteration, and begins anew; null while more is to come. `now`: it cannot wait. */
  take(iteration: number, now: boolean): TallyEvent | null {
    if (this.#episodes === 0 || (!now && iteration % this.#span !== 0)) return null;
    const ranked = [...this.#subgoals.values()].sort((a, b) => b.segments - a.segments);
    const event: TallyEvent = {
      ...{ kind: 'tally', from: this.#from, iteration, episodes: this.#episodes, won: this.#won },
      advantages: Object.fromEntries(this.#advantages),
      segmentLengths: Array.from(this.#lengths, (count) => count ?? 0),
      subgoals: columnsOf(ranked.slice(0, SUBGOALS_A_TALLY)),
      otherSegments: ranked.slice(SUBGOALS_A_TALLY).reduce((sum, { segments }) => sum + segments, 0),
    };
    this.#episodes = 0;
    this.#won = 0;
    this.#advantages.clear();
    this.#lengths = [];
    this.#subgoals.clear();
    return event;
  }
}

/** By level, of the decisions that the metric `advantageMean` is a mean of. */
function advantagesOf({ credit, levels }: CreditedBatch): [Level, Histogram][] {
  return LEVELS.flatMap((level) => {
    const raw = credit.rawAdvantage[level];
    if (!levels[level] || !raw) return [];
    const defined = level === 'high' ? credit.boundary : credit.defined[level];
    return [[level, histogramOf(raw.filter((_, row) => defined?.[row]))] as [Level, Histogram]];
  });
}

/** Share of the episodes of each task type that were won. */
function winRatesOf(episodes: readonly Episode[]): Map<string, number> {
  const counts = new Map<string, { won: number; n: number }>();
  for (const { taskType, won } of episodes) {
    const count = counts.get(taskType) ?? { won: 0, n: 0 };
    counts.set(taskType, { won: count.won + (won ? 1 : 0), n: count.n + 1 });
  }
  return new Map([...counts].map(([type, { won, n }]) => [type, won / n]));
}

/** Turns between two choices of a sub-goal; none where turns have no sub-goals. */
function segmentsOf({ turns }: Episode): { subgoal: string; first: number; turns: number }[] {
  const segments: { subgoal: string; first: number; turns: number }[] = [];
  for (const [place, { response }] of turns.entries()) {
    if (response.subgoal === null) return [];
    const last = segments.at(-1);
    if (last && !response.switched) last.turns++;
    else segments.push({ subgoal: shortenMiddle(response.subgoal, LONGEST_SUBGOAL), first: place, turns: 1 });
  }
  return segments;
}
