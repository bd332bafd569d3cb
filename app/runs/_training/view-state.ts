'use client';
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { SUBGOAL_ORDERS } from '../../../server/contract/training.ts';

/** Iterations that sub-goals are counted over: all, those up to the step one is on, or those of its column. */
export const SUBGOAL_SPANS = ['all', 'until', 'step'] as const;

/** What the view over training shows, in the URL of the run's page. */
const trainingParsers = {
  /** The iteration one is on; null: the last. */
  at: parseAsInteger,
  /** Words to find in sub-goals. */
  subgoal: parseAsString.withDefault(''),
  rank: parseAsStringLiteral(SUBGOAL_ORDERS).withDefault('frequent'),
  over: parseAsStringLiteral(SUBGOAL_SPANS).withDefault('all'),
};

export function useTrainingView() {
  return useQueryStates(trainingParsers, { history: 'replace', throttleMs: 150 });
}

export type TrainingView = ReturnType<typeof useTrainingView>[0];
export type SetTrainingView = ReturnType<typeof useTrainingView>[1];
