import type { RunConfigInput } from '../../../../server/contract/run-config.ts';
import { MICRO_POLICY } from './micro-policy.ts';

/** As little as goes through every part of a run: TFJS's cpu backend is slow. */
export const MICRO_RUN: RunConfigInput = {
  ...MICRO_POLICY,
  iterations: 3,
  episodesPerIteration: 4,
  stepLimit: 4,
  // A reward on some turns, since nothing is won in so few.
  keepPenalty: -0.1,
  criticWarmup: 1,
  evaluateEvery: 3,
  evaluationGames: 1,
  evaluationStepLimits: [4],
};
/** Metrics that depend on the machine. */
export const MACHINE_METRICS = /Seconds|PerSecond|memory/;
