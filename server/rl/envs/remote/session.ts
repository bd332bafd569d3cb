import type { Answer } from './answer.ts';

/** No answer may be longer. */
export const LONGEST_ANSWER_BYTES = 16 * 2 ** 20;

/** An episode on an environment server. Every promise rejects with AppError `remote` that names the server and what it did. */
export interface Session {
  reset(seed: number): Promise<Answer>;
  step(action: object): Promise<Answer>;
  /** The episode is over; may come several times. */
  close(): void;
}
