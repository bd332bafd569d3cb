import type { Credit, FlagColumn, FloatColumn, Level } from './batch.ts';

/** 0/1 for every response token, rows padded to `width`: row n, token j at `n * width + j`. */
export type TokenMask = Uint8Array;

/** Which tokens of each response belong to which block. */
export interface Blocks {
  rows: number;
  width: number;
  /** Valid response tokens; all other masks are cut to it. */
  response: TokenMask;
  /** Tags included. Null: not known, then all response tokens count as action. */
  action: TokenMask | null;
  subgoal: TokenMask | null;
  switch: TokenMask | null;
}

/** Which level's advantage goes to which block, beside the action block (always low). */
export interface AssignOptions {
  assignHighToSwitch?: boolean; // default false
  assignHighToSubgoal?: boolean; // default true
  assignSwitchToSwitch?: boolean; // default true
}

export type LevelMasks = Record<Level, TokenMask>;

/**
 * The tokens each level trains (spec/hae.md 2.8): low = action block; high = sub-goal block of boundary turns; switch =
 * switch block. Give `boundary` null to get high on every turn.
 */
export function maskLevels(
  blocks: Blocks,
  boundary: FlagColumn | null,
  options: AssignOptions = {},
): LevelMasks {
  const { assignHighToSwitch = false, assignHighToSubgoal = true, assignSwitchToSwitch = true } = options;
  const { rows, width, response } = blocks;
  const masks = {
    low: new Uint8Array(rows * width),
    high: new Uint8Array(rows * width),
    switch: new Uint8Array(rows * width),
  };
  for (let row = 0; row < rows; row++) {
    const isBoundary = boundary ? boundary[row] === 1 : true;
    for (let i = row * width; i < (row + 1) * width; i++) {
      if (!response[i]) continue;
      const inSwitch = blocks.switch?.[i] === 1;
      const inSubgoal = blocks.subgoal?.[i] === 1;
      if (!blocks.action || blocks.action[i]) masks.low[i] = 1;
      if (isBoundary && ((assignHighToSubgoal && inSubgoal) || (assignHighToSwitch && inSwitch)))
        masks.high[i] = 1;
      if (assignSwitchToSwitch && inSwitch) masks.switch[i] = 1;
    }
  }
  return masks;
}

/** Rows in which a level has at least one token: `batch.trained`. */
export function trainedRows(masks: LevelMasks, rows: number, width: number): Record<Level, FlagColumn> {
  const any = (mask: TokenMask) =>
    Uint8Array.from({ length: rows }, (_, row) =>
      mask.subarray(row * width, (row + 1) * width).includes(1) ? 1 : 0,
    );
  return { low: any(masks.low), high: any(masks.high), switch: any(masks.switch) };
}

export interface TokenAdvantages {
  /** Sum of the levels; they add where blocks overlap (malformed responses). */
  advantage: Float64Array; // [rows * width]
  level: Record<Level, Float64Array>;
  mask: LevelMasks;
  /** Tokens the policy loss covers: those of any level. */
  actorMask: TokenMask;
}

/**
 * Per-turn advantages of `hae` spread over tokens (spec/hae.md 2.8), rows padded. A level without value head (null column)
 * trains no tokens.
 */
export function assignToTokens(credit: Credit, blocks: Blocks, options: AssignOptions = {}): TokenAdvantages {
  const { rows, width } = blocks;
  const mask = maskLevels(blocks, credit.boundary, options);
  if (!credit.advantage.switch) mask.switch.fill(0);
  const spread = (level: Level) => {
    const column = credit.advantage[level];
    const tokens = new Float64Array(rows * width);
    if (!column) return tokens;
    for (let i = 0; i < tokens.length; i++) if (mask[level][i]) tokens[i] = column[Math.floor(i / width)]!;
    return tokens;
  };
  const level = { switch: spread('switch'), high: spread('high'), low: spread('low') };
  const advantage = new Float64Array(rows * width);
  const actorMask = new Uint8Array(rows * width);
  for (let i = 0; i < advantage.length; i++) {
    advantage[i] = level.switch[i]! + level.high[i]! + level.low[i]!;
    actorMask[i] = mask.switch[i]! | mask.high[i]! | mask.low[i]!;
  }
  return { advantage, level, mask, actorMask };
}

/**
 * Advantages of a flat estimator on all response tokens: the turn's for each of them, or, with a token-level critic, each
 * token's own. `offsets` are those of `batch.tokens`, needed in the second case only.
 */
export function broadcastToTokens(
  credit: Credit,
  blocks: Pick<Blocks, 'rows' | 'width' | 'response'>,
  offsets?: Int32Array,
): { advantage: Float64Array; actorMask: TokenMask } {
  const { rows, width, response } = blocks;
  const advantage = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const turn = credit.advantage.low?.[row] ?? 0;
    for (let j = 0; j < width; j++) {
      const i = row * width + j;
      if (!response[i]) continue;
      advantage[i] = credit.tokens && offsets ? credit.tokens.advantage[offsets[row]! + j]! : turn;
    }
  }
  return { advantage, actorMask: response };
}

/**
 * One value a turn from token values [rows * width] (spec/hae.md 2.3): at the first token of (mask AND response), or, where
 * there is none, at the last response token (token 0 of an empty response).
 */
export function readTurnValues(
  values: FloatColumn,
  mask: TokenMask | null,
  responseLengths: ArrayLike<number>,
  width: number,
): Float64Array {
  return Float64Array.from({ length: responseLengths.length }, (_, row) => {
    const length = responseLengths[row]!;
    const masked = mask ? mask.subarray(row * width, row * width + length).indexOf(1) : -1;
    return values[row * width + (masked >= 0 ? masked : Math.max(0, length - 1))]!;
  });
}
