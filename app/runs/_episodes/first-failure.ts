import type { EpisodeBody } from '../../../server/contract/episode.ts';
import { formatValue } from '../../_charts/format.ts';
import { faultOf } from './episode-words.ts';
import { stateKeys } from './turn-state.ts';

/** The first turn after which an episode can be seen to go wrong. */
export interface FirstFailure {
  /** Among the turns. */
  place: number;
  /** What was seen there. */
  reason: string;
}

/**
 * The first turn that is at fault (not admissible, malformed), that changes nothing, or that leads back to a state seen before: the same
 * observation with the same commands to choose from. Where a lost one has none, the turn of the lowest advantage of the action, below 0,
 * or without advantages the one of the deepest fall of V_low. Null where nothing tells.
 */
export function firstFailure(body: EpisodeBody, won: boolean): FirstFailure | null {
  return firstVisible(body) ?? (won ? null : (lowestAdvantage(body) ?? deepestFall(body)));
}

function firstVisible(body: EpisodeBody): FirstFailure | null {
  const states = stateKeys(body);
  const seen = new Map<string, number>();
  for (const [place, turn] of body.turns.entries()) {
    const fault = faultOf(turn);
    if (fault) return { place, reason: `the first action that is ${fault}` };
    const state = states[place]!;
    if (!seen.has(state)) seen.set(state, place);
    const next = states[place + 1];
    if (next === undefined) continue;
    if (next === state) return { place, reason: 'the first action that changes nothing' };
    const before = seen.get(next);
    if (before !== undefined)
      return { place, reason: `the first that leads back: turn ${before + 1} had seen the same` };
  }
  return null;
}

function lowestAdvantage({ turns }: EpisodeBody): FirstFailure | null {
  const place = lowest(turns.map(({ credit }) => credit?.rawAdvantage.low ?? null));
  const advantage = place === null ? null : turns[place]!.credit!.rawAdvantage.low!;
  if (place === null || advantage === null || advantage >= 0) return null;
  return {
    place,
    reason: `nothing is invalid or repeated; the lowest advantage of an action, ${formatValue(advantage, 'reward')}`,
  };
}

/** The action before the deepest fall. */
function deepestFall({ turns }: EpisodeBody): FirstFailure | null {
  const values = turns.map(({ credit }) => credit?.values.low ?? null);
  const falls = values.slice(1).map((value, place) => {
    const before = values[place];
    return value === null || before === null || before === undefined ? null : value - before;
  });
  const place = lowest(falls);
  if (place === null || falls[place]! >= 0) return null;
  return {
    place,
    reason: `nothing is invalid or repeated; the deepest fall of V_low, ${formatValue(falls[place], 'reward')}`,
  };
}

/** Place of the smallest number. */
function lowest(values: readonly (number | null)[]): number | null {
  let found: number | null = null;
  values.forEach((value, place) => {
    if (value !== null && (found === null || value < values[found]!)) found = place;
  });
  return found;
}
