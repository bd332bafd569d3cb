'use client';
import {
  createSerializer,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs';
import { SPLITS } from '../../../server/contract/environments.ts';
import type { EpisodeFilter } from '../../../server/contract/episode-query.ts';
import { parseRange } from './range.ts';

/** Where episodes come from: rollouts, or evaluations on one split. */
export const ORIGINS = ['all', 'rollout', ...SPLITS] as const;
export const OUTCOMES = ['all', 'won', 'lost'] as const;

/** What the list of episodes shows, in the URL of the run's page. */
export const episodeListParsers = {
  words: parseAsString.withDefault(''),
  origin: parseAsStringLiteral(ORIGINS).withDefault('all'),
  task: parseAsString.withDefault(''),
  outcome: parseAsStringLiteral(OUTCOMES).withDefault('all'),
  /** Ranges, e.g. `5..20`; see `parseRange`. */
  iterations: parseAsString.withDefault(''),
  turns: parseAsString.withDefault(''),
  reward: parseAsString.withDefault(''),
  switched: parseAsInteger,
  faulty: parseAsBoolean.withDefault(false),
};

export function useEpisodeListView() {
  return useQueryStates(episodeListParsers, { history: 'replace', throttleMs: 150 });
}

export type EpisodeListView = ReturnType<typeof useEpisodeListView>[0];
export type SetEpisodeListView = ReturnType<typeof useEpisodeListView>[1];

const serialize = createSerializer({ ...episodeListParsers, tab: parseAsString });

/** The run's page on the episodes of an iteration, or of the `bin` ones that a point stands for; `page` is the address of that page. */
export function episodesHref(page: string, iteration: number, bin = 1): string {
  const iterations = bin > 1 ? `${iteration}..${iteration + bin - 1}` : String(iteration);
  return serialize(page, { tab: 'episodes', iterations });
}

/** What the server is asked for. A range that cannot be read is left out: its box says so. */
export function filterOf(view: EpisodeListView): EpisodeFilter {
  const iterations = parseRange(view.iterations, { whole: true });
  const turns = parseRange(view.turns, { whole: true });
  const reward = parseRange(view.reward);
  const words = view.words.trim();
  const split = SPLITS.find((name) => name === view.origin);
  return {
    ...(words && { text: words }),
    ...(view.origin === 'rollout' && { evaluation: false }),
    ...(split && { evaluation: true, split }),
    ...(view.task && { taskType: view.task }),
    ...(view.outcome !== 'all' && { won: view.outcome === 'won' }),
    ...(view.switched !== null && view.switched >= 0 && { switchedMoreThan: view.switched }),
    ...(view.faulty && { faulty: true }),
    ...defined({
      fromIteration: iterations?.least,
      toIteration: iterations?.most,
      minLength: turns?.least,
      maxLength: turns?.most,
      minReward: reward?.least,
      maxReward: reward?.most,
    }),
  };
}

function defined(entries: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
