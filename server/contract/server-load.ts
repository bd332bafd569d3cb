/** What a server had to do lately. */
export interface ServerLoad {
  /** The time that it is of, up to now. */
  seconds: number;
  /** How late the server came to what it had to do, in milliseconds. */
  delayMs: { median: number; p99: number; max: number };
  /** Cores that the server itself kept busy. */
  serverCores: number;
  /** Of all processor time of the machine, whoever used it; 0 to 1. */
  machineShare: number;
}

/** How fast a run trained in its last iteration; null where it did not say. */
export interface TrainingSpeed {
  runId: string;
  name: string;
  tokensPerSecond: number | null;
  environmentStepsPerSecond: number | null;
}
