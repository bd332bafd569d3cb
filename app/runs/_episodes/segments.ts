import type { EpisodeTurn } from '../../../server/contract/episode.ts';

/** Turns between two choices of a sub-goal; `first` and `last` are places among the turns. */
export interface Segment {
  first: number;
  last: number;
  subgoal: string;
}

/** The segments of an episode; none where turns have no sub-goals. */
export function segmentsOf(turns: readonly Pick<EpisodeTurn, 'switched' | 'subgoal'>[]): Segment[] {
  const segments: Segment[] = [];
  for (const [place, { switched, subgoal }] of turns.entries()) {
    if (subgoal === null) return [];
    const last = segments.at(-1);
    if (!last || switched) segments.push({ first: place, last: place, subgoal });
    else last.last = place;
  }
  return segments;
}

/** Discounted sum of the rewards from each turn on. */
export function returnsOf(turns: readonly Pick<EpisodeTurn, 'reward'>[], gamma: number): number[] {
  const returns = new Array<number>(turns.length).fill(0);
  let rest = 0;
  for (let place = turns.length - 1; place >= 0; place--) {
    rest = turns[place]!.reward + gamma * rest;
    returns[place] = rest;
  }
  return returns;
}
