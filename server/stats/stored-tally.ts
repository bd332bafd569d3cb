import type { EpisodeBody, EpisodeTurn } from '../contract/episode.ts';
import { histogramOf } from '../contract/histogram.ts';
import { LEVELS, type Level } from '../contract/metrics.ts';
import { LONGEST_SEGMENT, type TallyEvent } from '../contract/tally.ts';

/** A stored training episode. */
export interface StoredEpisode {
  won: boolean;
  body: EpisodeBody;
}

/** What the stored episodes of an iteration add up to: as its tally, of these alone, and without sub-goals. */
export function tallyStored(
  iteration: number,
  episodes: readonly StoredEpisode[],
): Omit<TallyEvent, 'subgoals'> {
  const lengths: number[] = [];
  for (const length of episodes.flatMap(({ body }) => segmentLengths(body.turns))) {
    const at = Math.min(length, LONGEST_SEGMENT) - 1;
    lengths[at] = (lengths[at] ?? 0) + 1;
  }
  return {
    ...{ kind: 'tally', from: iteration, iteration, episodes: episodes.length, otherSegments: 0 },
    won: episodes.filter(({ won }) => won).length,
    advantages: Object.fromEntries(
      LEVELS.flatMap((level) => {
        const values = episodes.flatMap(({ body }) => advantagesOf(body, level));
        return values.length > 0 ? [[level, histogramOf(values)]] : [];
      }),
    ),
    segmentLengths: Array.from(lengths, (count) => count ?? 0),
  };
}

/** Before normalisation, of the decisions that a tally counts. */
function advantagesOf({ turns, credit: batch }: EpisodeBody, level: Level): number[] {
  if (!batch?.moments[level]) return [];
  return turns.flatMap(({ credit }) => {
    const value = credit?.rawAdvantage[level];
    const isDecision = level !== 'high' || credit?.boundary;
    return typeof value === 'number' && isDecision ? [value] : [];
  });
}

/** Turns between two choices of a sub-goal; none where turns have no sub-goals. */
function segmentLengths(turns: readonly EpisodeTurn[]): number[] {
  const lengths: number[] = [];
  for (const { subgoal, switched } of turns) {
    if (subgoal === null) return [];
    if (lengths.length > 0 && !switched) lengths[lengths.length - 1]! += 1;
    else lengths.push(1);
  }
  return lengths;
}
