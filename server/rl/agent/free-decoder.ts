import { AppError } from '../../contract/error.ts';
import type { TokenIds } from '../model/token-ids.ts';
import type { FreeSpeech, WrittenTurn } from './free-speech.ts';
import { buildMasks, findValuePositions, projectAnswer } from './reference-format.ts';
import { LEVEL_CODE, NO_LEVEL, type ResponseDecoder, type TurnResponse } from './turn.ts';

const NOTHING = new Uint32Array(0);

/**
 * Free text (spec/hae.md 1.2): any token may come, until one ends the response or it is as long as it may be. Then both of the
 * reference's parsers read it: the environment gets the projection, training the masks and the switch flag. Whatever was written,
 * there is a response; only what is pushed behind the end is refused.
 *
 * Two things differ from the reference's masks. A token belongs to one level, the first of switch, sub-goal and action whose block
 * it is in, where the reference adds up the advantages of blocks that overlap (those of a turn without a closed action block). And the token
 * that ends a response belongs to the action, so that something teaches it (spec/hae.md 2.12, 3).
 */
export class FreeDecoder implements ResponseDecoder {
  /** The beginning in the flat format. */
  readonly lowPosition: 0 | null;
  readonly #speech: FreeSpeech;
  readonly #isFirst: boolean;
  readonly #ids: number[] = [];
  #ended = false;

  /** @param isFirst whether it is an episode's first turn, which is a boundary whatever it says */
  constructor(speech: FreeSpeech, isFirst: boolean) {
    this.lowPosition = speech.format === 'flat' ? 0 : null;
    this.#speech = speech;
    this.#isFirst = isFirst;
  }

  allowed(): TokenIds | null {
    return this.done ? NOTHING : null;
  }

  get length(): number {
    return this.#ids.length;
  }

  get done(): boolean {
    return this.#ended || this.#ids.length >= this.#speech.longest;
  }

  push(id: number): void {
    if (this.done) throw new AppError('bad-input', 'a token after the end of the response');
    this.#ids.push(id);
    this.#ended = this.#speech.isEnd(id);
  }

  response(): TurnResponse {
    if (!this.done)
      throw new AppError('internal', `free text read after ${this.length} tokens, before its end`);
    return readResponse(this.#speech, Uint32Array.from(this.#ids), this.#isFirst);
  }
}

/** A response as both parsers read it. */
function readResponse(speech: FreeSpeech, ids: Uint32Array, isFirst: boolean): TurnResponse {
  const text = speech.read(ids);
  const pieces = speech.pieces(ids);
  const isPlanned = speech.format === 'plan-execute';
  const { action, subgoal, valid } = projectAnswer(text, speech.format, speech.dialect);
  const { withTags, isNewSubgoal } = buildMasks(pieces);
  const switched = isPlanned && isNewSubgoal;
  const isBoundary = isFirst || switched;
  const levelOf = (id: number, token: number): number => {
    if (!isPlanned) return LEVEL_CODE.low;
    if (withTags.switch[token]) return LEVEL_CODE.switch;
    if (withTags.subgoal[token] && (isBoundary || speech.trainsAll)) return LEVEL_CODE.high;
    const isEnd = token === ids.length - 1 && speech.isEnd(id);
    return withTags.action[token] || isEnd || speech.trainsAll ? LEVEL_CODE.low : NO_LEVEL;
  };
  return {
    ids,
    level: Uint8Array.from(ids, levelOf),
    allowed: pieces.map(() => null),
    decisions: [...ids.keys()],
    switched,
    subgoal,
    strategy: null,
    action,
    lowPosition: isPlanned ? findValuePositions(pieces, isBoundary).low : 0,
    malformed: !valid,
    empty: text.trim() === '',
  };
}

/** An expert's turn as free text. Throws AppError `bad-input` when it takes more tokens than a response may have. */
export function writeTurn(speech: FreeSpeech, turn: WrittenTurn, isFirst: boolean): TurnResponse {
  const ids = speech.write(turn);
  if (ids.length > speech.longest)
    throw new AppError(
      'bad-input',
      `maxResponseTokens is ${speech.longest}, but the expert's turn "${turn.action}" takes ${ids.length} tokens: raise it`,
    );
  return readResponse(speech, ids, isFirst);
}
