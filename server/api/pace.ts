/** How much a policy reads and says, and how fast it does and learns from it, while no run like it was measured. */
export interface Pace {
  /** Tokens that a turn adds to what is read. */
  tokensPerTurn: number;
  turnsPerEpisode: number;
  rolloutSecondsPerToken: number;
  /** Of one pass over the rollout. */
  updateSecondsPerToken: number;
}
