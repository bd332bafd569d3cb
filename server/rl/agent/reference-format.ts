import type { TurnFormat } from '../../contract/estimators.ts';

/*
 * The two parsers that the reference runs over each free-text response (spec/hae.md 1.2). They disagree on malformed text:
 * the environment acts on the projection, training on the masks.
 */

/** What the environment side takes from a response. */
export interface Projection {
  /** Lower-case command, sent to the environment whether valid or not. */
  action: string;
  valid: boolean;
}

export interface PlanExecuteProjection extends Projection {
  /** Becomes the current sub-goal of the next prompt, even on KEEP. */
  subgoal: string;
  switch: 'SWITCH' | 'KEEP' | '';
}

export type ProjectionDialect = 'alfworld' | 'webshop';

const FALLBACK_CHARACTERS: Record<ProjectionDialect, number> = { alfworld: 30, webshop: 20 };
const CJK = /[\u4e00-\u9fff]/;

/** Projection (a) of a Plan-Execute response, special tokens already stripped. Never throws: bad text gives valid = false. */
export function projectPlanExecute(response: string, dialect: ProjectionDialect): PlanExecuteProjection {
  const action = projectAction(response, dialect);
  if (!action.found) return { action: action.text, subgoal: '', switch: '', valid: false };
  const decision = between(response, 'switch')?.trim().toUpperCase();
  const plan = projectPlan(response, decision, action.text, dialect);
  return { action: action.text, ...plan, valid: plan.valid && !CJK.test(response) };
}

/** Projection (a) of a flat (ReAct) response: valid needs both think tags, anywhere. */
export function projectFlat(response: string, dialect: ProjectionDialect): Projection {
  const action = projectAction(response, dialect);
  const thinks = response.includes('<think>') && response.includes('</think>');
  return { action: action.text, valid: action.found && thinks && !CJK.test(response) };
}

/** What the environment side takes from a response in either format; `subgoal` is null in the flat one. */
export function projectAnswer(
  response: string,
  format: TurnFormat,
  dialect: ProjectionDialect,
): Projection & { subgoal: string | null } {
  return format === 'plan-execute'
    ? projectPlanExecute(response, dialect)
    : { ...projectFlat(response, dialect), subgoal: null };
}

function projectAction(response: string, dialect: ProjectionDialect): { text: string; found: boolean } {
  const lower = response.toLowerCase();
  const action = between(lower, 'action');
  if (action === null) return { text: lastCharacters(lower, FALLBACK_CHARACTERS[dialect]), found: false };
  return { text: action.trim(), found: true };
}

function projectPlan(
  response: string,
  decision: string | undefined,
  action: string,
  dialect: ProjectionDialect,
): Omit<PlanExecuteProjection, 'action'> {
  if (decision === undefined) {
    return {
      subgoal: dialect === 'alfworld' ? lastCharacters(action, FALLBACK_CHARACTERS.alfworld) : 'None',
      switch: '',
      valid: false,
    };
  }
  if (decision !== 'SWITCH' && decision !== 'KEEP') {
    return { subgoal: '', switch: dialect === 'alfworld' ? '' : 'KEEP', valid: false };
  }
  const subgoal = between(response, 'subgoal');
  return { subgoal: subgoal?.trim() ?? '', switch: decision, valid: subgoal !== null };
}

/** Characters as people (and Python) count them: a surrogate pair is one. */
function lastCharacters(text: string, count: number): string {
  return Array.from(text).slice(-count).join('');
}

/** Text between the first open and the first close tag of the whole string; empty when they stand the wrong way round. */
function between(text: string, tag: string): string | null {
  const open = text.indexOf(`<${tag}>`);
  const close = text.indexOf(`</${tag}>`);
  if (open < 0 || close < 0) return null;
  return text.slice(open + tag.length + 2, Math.max(close, open + tag.length + 2));
}

export type Block = 'action' | 'subgoal' | 'switch';

/** What training takes from a response (parser (b)), per token of the response. */
export interface ResponseMasks {
  /** Tags included. An action block that is missing or not closed covers all tokens. */
  withTags: Record<Block, Uint8Array>; // [tokens]
  contentOnly: Record<Block, Uint8Array>; // [tokens]
  /** The switch flag q_t: true unless the word is KEEP, blank or missing; any other word counts as SWITCH. */
  isNewSubgoal: boolean;
}

/** Builds the training masks from the decoded text of every token; spec/hae.md 1.2 (b). */
export function buildMasks(pieces: readonly string[]): ResponseMasks {
  const text = pieces.join('');
  const ends = tokenEnds(pieces);
  const spans = {
    action: findBlock(text, 'action'),
    subgoal: findBlock(text, 'subgoal'),
    switch: findBlock(text, 'switch'),
  };
  const mask = (block: Block, tags: boolean): Uint8Array => {
    const span = spans[block];
    const tokens = new Uint8Array(pieces.length);
    if (!span) return block === 'action' ? tokens.fill(1) : tokens;
    const [start, end] = tags ? [span.start, span.end] : [span.contentStart, span.contentEnd];
    markTokens(tokens, ends, start, end);
    return tokens;
  };
  const all = (tags: boolean) => ({
    action: mask('action', tags),
    subgoal: mask('subgoal', tags),
    switch: mask('switch', tags),
  });
  const word = spans.switch
    ? text.slice(spans.switch.contentStart, spans.switch.contentEnd).trim().toUpperCase()
    : '';
  return { withTags: all(true), contentOnly: all(false), isNewSubgoal: word !== '' && word !== 'KEEP' };
}

/** Token index at which each value head is read (spec/hae.md 1.3); null: the head has no position on this turn. */
export interface ValuePositions {
  low: number;
  high: number | null;
  switch: number | null;
}

/** Value positions of a turn. `isBoundary`: first turn of its trajectory, or switch flag true. */
export function findValuePositions(pieces: readonly string[], isBoundary: boolean): ValuePositions {
  if (pieces.length === 0) return { low: 0, high: null, switch: null };
  const text = pieces.join('');
  const ends = tokenEnds(pieces);
  let low = -1;
  for (const block of ['subgoal', 'switch'] as const) {
    const span = findBlock(text, block);
    if (low < 0 && span) low = pieces.findIndex((piece, token) => ends[token]! - piece.length >= span.end);
  }
  return { low: Math.max(low, 0), high: isBoundary ? 0 : null, switch: 0 };
}

interface Span {
  /** Characters from the open tag to behind the close tag. */
  start: number;
  end: number;
  contentStart: number;
  contentEnd: number;
}

/** First open tag and the earliest close tag after it; a `]`, `.` or `)` glued to the close tag is not content. */
function findBlock(text: string, block: Block): Span | null {
  const start = text.indexOf(`<${block}>`);
  if (start < 0) return null;
  const contentStart = start + block.length + 2;
  const close = text.indexOf(`</${block}>`, contentStart);
  if (close < 0) return null;
  const glued = close > contentStart && '].)'.includes(text.charAt(close - 1));
  return { start, end: close + block.length + 3, contentStart, contentEnd: glued ? close - 1 : close };
}

/** Character offset behind each token. */
function tokenEnds(pieces: readonly string[]): Int32Array {
  const ends = new Int32Array(pieces.length);
  let end = 0;
  pieces.forEach((piece, token) => {
    end += piece.length;
    ends[token] = end;
  });
  return ends;
}

/** From the first token that ends behind `start` to the last that begins before `end`: tokens that straddle are in. */
function markTokens(tokens: Uint8Array, ends: Int32Array, start: number, end: number): void {
  for (let token = 0; token < tokens.length; token++) {
    const begin = token === 0 ? 0 : ends[token - 1]!;
    if (ends[token]! > start && begin < end) tokens[token] = 1;
  }
}
