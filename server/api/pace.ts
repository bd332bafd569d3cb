/** How much a policy reads and says, and how fast it does and learns from it, while no run like it was measured. */
export interface Pace {
  /** Tokens that a turn adds to what is read. */
  tokensPerTurn: number;
  turnsPerEpisode: number;
  rolloutSecondsPerToken: number;
  /** Of one pass over the rollout. */
  updateSecondsPerToken: number;
  /** Of one epoch of the warm start, which no rollout has prepared; on average over the epochs. */
  cloneSecondsPerToken: number;
}
