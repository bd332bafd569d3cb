import type { Writable } from 'node:stream';

/** Where a command reads and writes. */
export interface Terminal {
  env: Record<string, string | undefined>;
  /** What was asked for, for programs. */
  out: Writable;
  /** Words beside it, for people. */
  err: Writable;
}
