/** What one step of an episode returns. */
export interface Step {
  observation: string;
  /** Reward of this step in the environment's own units (ALFWorld: 1 on the winning step, else 0). */
  reward: number;
  /** True when the episode is over: won, or the step limit reached. */
  done: boolean;
  won: boolean;
}

/** Where a thing is, both by display name. */
export interface Whereabouts {
  object: string;
  receptacle: string;
}

/** One text game being played. Deterministic: the same commands give the same texts. */
export interface TextEnvironment {
  /** Stable id of the game, unique within its split. */
  readonly gameId: string;
  /** One of the environment's task types; success is reported by it. */
  readonly taskType: string;
  /** Starts the game over and returns its first observation. */
  reset(): string;
  /** Plays one command; anything not admissible changes nothing but still counts as a step. */
  step(command: string): Step;
  /** Commands that do something now, in the environment's own order. Computed when asked. */
  admissible(): readonly string[];
  /** Where the things are now that the task needs. Privileged: for teachers only, never part of what a policy plays by. */
  neededThings(): readonly Whereabouts[];
}
