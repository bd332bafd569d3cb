import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FreeDecoder, writeTurn } from '../../../../server/rl/agent/free-decoder.ts';
import { FreeSpeech } from '../../../../server/rl/agent/free-speech.ts';
import type { TextFormat } from '../../../../server/rl/agent/reference-prompt.ts';
import { LEVEL_CODE, NO_LEVEL, type TurnResponse } from '../../../../server/rl/agent/turn.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';

const root = mkdtempSync(join(tmpdir(), 'free-decoder-'));
afterAll(() => rmSync(root, { recursive: true }));
const tokenizer = new TextTokenizer(ensureTinyModel(root));
const [END] = tokenizer.endIds as [number];

interface Setting {
  format?: TextFormat;
  isFirst?: boolean;
  longest?: number;
  trainsAll?: boolean;
}

/** What is read of tokens, pushed until the decoder is done. */
function readTokens(
  ids: Iterable<number>,
  { format = 'plan-execute', isFirst = false, longest = 500, trainsAll = false }: Setting = {},
): TurnResponse {
  const decoder = new FreeDecoder(
    new FreeSpeech(tokenizer, format, { dialect: 'alfworld', longest, trainsAll }),
    isFirst,
  );
  for (const id of ids) {
    expect(decoder.allowed()).toBeNull();
    decoder.push(id);
  }
  expect(decoder.done).toBe(true);
  expect(decoder.allowed()).toHaveLength(0);
  expect(() => decoder.push(END)).toThrow('after the end');
  return decoder.response();
}

const readText = (text: string, setting?: Setting) => readTokens([...tokenizer.encode(text), END], setting);

/** The text of the tokens that a level trains. */
function textOf(response: TurnResponse, level: number): string {
  const pieces = tokenizer.pieces(response.ids);
  return pieces.filter((_, token) => response.level[token] === level).join('');
}

const SWITCHING =
  '<switch>SWITCH</switch>\n<subgoal>get apple countertop</subgoal>\n<action>go to countertop 1</action>';
const KEEPING = SWITCHING.replace('SWITCH<', 'KEEP<');

describe('free text of three blocks', () => {
  it('is read as written, and each block is its level’s; the end of the response is the action’s', () => {
    const response = readText(SWITCHING);
    expect(response).toMatchObject({
      switched: true,
      subgoal: 'get apple countertop',
      action: 'go to countertop 1',
      malformed: false,
      empty: false,
    });
    expect(textOf(response, LEVEL_CODE.switch)).toBe('<switch>SWITCH</switch>');
    expect(textOf(response, LEVEL_CODE.high)).toBe('<subgoal>get apple countertop</subgoal>');
    expect(textOf(response, LEVEL_CODE.low)).toBe('<action>go to countertop 1</action><|im_end|>');
    expect(textOf(response, NO_LEVEL)).toBe('\n\n');
    expect(response.allowed).toEqual(Array.from(response.ids, () => null));
    // The low level's value is read behind the sub-goal.
    expect(tokenizer.decode(response.ids.slice(0, response.lowPosition))).toMatch(/<\/subgoal>$/);
  });

  it('trains a kept sub-goal on the first turn only, which begins a segment whatever it says', () => {
    const kept = readText(KEEPING);
    expect(kept).toMatchObject({ switched: false, malformed: false, subgoal: 'get apple countertop' });
    expect(textOf(kept, LEVEL_CODE.high)).toBe('');
    expect(textOf(kept, NO_LEVEL)).toContain('get apple countertop');
    expect(textOf(readText(KEEPING, { isFirst: true }), LEVEL_CODE.high)).toContain('get apple countertop');
  });

  it('trains every token where the estimator is flat', () => {
    const response = readText(`So: ${KEEPING}`, { trainsAll: true });
    expect(response.level).not.toContain(NO_LEVEL);
    expect(textOf(response, LEVEL_CODE.low)).toMatch(/^So: /);
  });

  it.each(['find an apple', 'grab apple countertop', 'get apple', 'get apple from countertop', ''])(
    'takes over the sub-goal "%s" as text, though it is none of the expert’s',
    (said) => {
      const response = readText(SWITCHING.replace('get apple countertop', said));
      expect(response).toMatchObject({ subgoal: said, malformed: false });
    },
  );
});

describe('text that breaks the format', () => {
  it('sends its end to the environment, and trains all of it as an action', () => {
    const text = 'I would rather look around in the Kitchen first';
    const response = readText(text);
    expect(response).toMatchObject({
      action: text.toLowerCase().slice(-30),
      subgoal: '',
      switched: false,
      malformed: true,
      empty: false,
      lowPosition: 0,
    });
    expect(new Set(response.level)).toEqual(new Set([LEVEL_CODE.low]));
  });

  it('trains the blocks there are as such where the action is not closed', () => {
    const response = readText(SWITCHING.replace('</action>', ''));
    expect(response.malformed).toBe(true);
    expect(textOf(response, LEVEL_CODE.switch)).toBe('<switch>SWITCH</switch>');
    expect(textOf(response, LEVEL_CODE.low)).toContain('go to countertop 1');
    expect(response.level).not.toContain(NO_LEVEL);
  });

  it('with another word than KEEP and SWITCH is a switch for training only', () => {
    const response = readText(SWITCHING.replace('SWITCH<', 'MAYBE<'));
    expect(response).toMatchObject({ switched: true, malformed: true, subgoal: '' });
    expect(response.action).toBe('go to countertop 1');
  });

  it('with Chinese characters plays what it says', () => {
    const response = readText(SWITCHING.replace('get apple', '找到 apple'));
    expect(response).toMatchObject({ malformed: true, action: 'go to countertop 1' });
    expect(response.subgoal).toBe('找到 apple countertop');
  });

  it('with blocks in another order is none: the reference reads it', () => {
    const [word, subgoal, action] = SWITCHING.split('\n');
    const response = readText(`${action}${subgoal}${word}`);
    expect(response).toMatchObject({ malformed: false, switched: true, action: 'go to countertop 1' });
    expect(textOf(response, LEVEL_CODE.switch)).toBe('<switch>SWITCH</switch>');
  });

  it('with tags the wrong way round does nothing', () => {
    const response = readText(SWITCHING.replace(/<action>.*/, '</action>look<action>'));
    expect(response).toMatchObject({ malformed: false, action: '' });
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n '],
  ])('that is %s is told apart', (_, text) => {
    const response = readText(text);
    expect(response).toMatchObject({ action: text, malformed: true, empty: true, switched: false });
    expect([...response.level]).toEqual(Array(response.ids.length).fill(LEVEL_CODE.low));
  });

  it('and does not end is over when it is as long as it may be', () => {
    const ids = tokenizer.encode(`${SWITCHING} and so on`);
    const whole = readTokens(ids, { longest: ids.length });
    expect(whole).toMatchObject({ malformed: false, action: 'go to countertop 1' });
    const cut = readTokens(ids.slice(0, 8), { longest: 8 });
    expect(cut).toMatchObject({ malformed: true, empty: false });
    const decoder = new FreeDecoder(
      new FreeSpeech(tokenizer, 'flat', { dialect: 'alfworld', longest: 8, trainsAll: true }),
      true,
    );
    decoder.push(5);
    expect(() => decoder.response()).toThrow('before its end');
  });

  it('never makes reading fail, even of tokens that the tokenizer does not have', () => {
    const anyTokens = fc.array(
      fc.oneof(
        fc.integer({ min: 0, max: 700 }),
        fc.constantFrom(...tokenizer.encode(SWITCHING), ...tokenizer.encode(SWITCHING)),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        anyTokens,
        fc.constantFrom('plan-execute' as const, 'flat' as const),
        fc.boolean(),
        (ids, format, trainsAll) => {
          const said = [...ids.filter((id) => id !== END), END];
          const response = readTokens(said, { format, trainsAll });
          expect([...response.ids]).toEqual(said);
          expect(response.level).toHaveLength(said.length);
          expect(response.lowPosition).toBeLessThan(said.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the flat format', () => {
  it('is thoughts and an action, all of it of one level', () => {
    const response = readText('<think>look first</think><action>Look</action>', { format: 'flat' });
    expect(response).toMatchObject({
      action: 'look',
      malformed: false,
      subgoal: null,
      switched: false,
      lowPosition: 0,
    });
    expect(new Set(response.level)).toEqual(new Set([LEVEL_CODE.low]));
    expect(readText('<action>look</action>', { format: 'flat' }).malformed).toBe(true);
  });
});

describe('an expert’s turn as free text', () => {
  const turn = { switched: true, subgoal: 'get apple countertop', action: 'go to countertop 1' };
  const speech = (format: TextFormat, longest = 128) =>
    new FreeSpeech(tokenizer, format, { dialect: 'alfworld', longest, trainsAll: false });

  it('obeys the format, and ends', () => {
    const response = writeTurn(speech('plan-execute'), turn, true);
    expect(tokenizer.decode(response.ids)).toBe(SWITCHING);
    expect(response.ids.at(-1)).toBe(END);
    expect(response).toMatchObject({ malformed: false, switched: true, action: turn.action });
    const kept = writeTurn(speech('plan-execute'), { ...turn, switched: false }, false);
    expect(tokenizer.decode(kept.ids)).toBe(KEEPING);
    const flat = writeTurn(speech('flat'), turn, true);
    expect(tokenizer.decode(flat.ids)).toBe('<think></think>\n<action>go to countertop 1</action>');
    expect(flat).toMatchObject({ malformed: false, action: turn.action });
  });

  it('that is longer than a response may be is refused, with the field to change', () => {
    expect(() => writeTurn(speech('plan-execute', 20), turn, true)).toThrow(
      /^maxResponseTokens is 20, but the expert's turn "go to countertop 1" takes 57 tokens/,
    );
  });
});
