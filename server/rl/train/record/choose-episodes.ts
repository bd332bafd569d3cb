import type { EpisodeReason } from '../../../contract/episode.ts';
import type { Episode } from '../play/episodes.ts';

/**
 * Episodes of an iteration that are worth reading, by their index, with why. At most `count`: the best (highest reward, fewest
 * turns), the worst, the one with most invalid actions, then one of each task type in turn, another type first every iteration.
 * Where a game is played `groupSize` times, all episodes of one game besides, another game in turn, as often as makes no more than
 * `count` of them an iteration.
 */
export function chooseEpisodes(
  episodes: readonly Episode[],
  count: number,
  iteration: number,
  groupSize = 1,
): Map<number, EpisodeReason[]> {
  const chosen = new Map<number, EpisodeReason[]>();
  const choose = (index: number | undefined, reason: EpisodeReason): void => {
    if (index === undefined || (!chosen.has(index) && chosen.size >= count)) return;
    chosen.set(index, [...(chosen.get(index) ?? []), reason]);
  };
  const indices = [...episodes.keys()];
  const at = (index: number) => episodes[index] as Episode;
  const order = (a: number, b: number) => at(b).reward - at(a).reward || at(a).length - at(b).length;
  const ranked = indices.toSorted(order);
  choose(ranked[0], 'best');
  choose(ranked.at(-1), 'worst');
  const faults = episodes.map(countFaults);
  const mostFaults = Math.max(0, ...faults);
  if (mostFaults > 0) choose(faults.indexOf(mostFaults), 'invalid action');
  const types = [...new Set(episodes.map(({ taskType }) => taskType))].sort();
  for (let turn = iteration - 1; chosen.size < Math.min(count, episodes.length); turn++) {
    const type = types[turn % types.length];
    choose(
      indices.find((index) => at(index).taskType === type && !chosen.has(index)),
      'task type',
    );
  }
  for (const index of wholeGroup(episodes.length, count, iteration, groupSize))
    chosen.set(index, [...(chosen.get(index) ?? []), 'whole group']);
  return chosen;
}

/** The episodes of the game whose turn it is; none in most iterations where groups are large and `count` is small. */
function wholeGroup(episodes: number, count: number, iteration: number, size: number): number[] {
  const games = Math.floor(episodes / size);
  if (size < 2 || games === 0 || count === 0) return [];
  // A power of two: of a full room every other iteration goes, and those with a group are to stay.
  const period = 2 ** Math.ceil(Math.log2(Math.max(1, size / count)));
  if (iteration % period !== 0) return [];
  const first = ((iteration / period) % games) * size;
  return Array.from({ length: size }, (_, member) => first + member);
}

/** Turns that did nothing: inadmissible, or not in their format. */
function countFaults({ turns }: Episode): number {
  return turns.filter(({ valid, response }) => !valid || response.malformed).length;
}
