/** Counters of a run. Random streams need no saving: each is derived from the seed and the iteration. */
export interface Totals {
  iteration: number;
  episodes: number;
  turns: number;
  tokens: number;
  seconds: number;
}
