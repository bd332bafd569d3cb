import { SMALL_POLICY } from '../../tensor/small-policy.ts';

/** How many members train a policy on so many threads: small policies are trained by a team, larger ones give all threads to one engine. */
export function teamSize(threads: number, parameters: number): number {
  return parameters > SMALL_POLICY ? 1 : threads;
}
