/**
 * Policies up to this size are left to the CPU by `auto`: one of 75 thousand weights is trained 3 to 5 times slower when every kernel is
 * a call into TensorFlow, before any GPU adds its latency, and up to this size a team of threads shares the work (train/team/team.ts). Where
 * the line is on a GPU has not been measured.
 */
export const SMALL_POLICY = 10_000_000;
