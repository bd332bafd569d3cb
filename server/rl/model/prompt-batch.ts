import type { TokenIds } from './token-ids.ts';

/** Prompts of a batch, right-padded with id 0: `ids [rows, positions]`. */
export interface PromptBatch {
  rows: number;
  positions: number;
  ids: Int32Array;
  lengths: Int32Array;
}

/** Positions are padded to a multiple of this: few shapes, few compiled graphs. */
const POSITION_STEP = 16;

/** The positions that `count` tokens take in a batch, at least one step. */
export function paddedPositions(count: number): number {
  return Math.ceil(Math.max(1, count) / POSITION_STEP) * POSITION_STEP;
}

/** Prompts of at least one token each as a batch of `rows`; rows without a prompt hold one token. */
export function padPrompts(prompts: readonly TokenIds[], rows = prompts.length): PromptBatch {
  const positions = paddedPositions(Math.max(...prompts.map(({ length }) => length)));
  const ids = new Int32Array(rows * positions);
  const lengths = new Int32Array(rows).fill(1);
  prompts.forEach((prompt, row) => {
    ids.set(prompt, row * positions);
    lengths[row] = prompt.length;
  });
  return { rows, positions, ids, lengths };
}
