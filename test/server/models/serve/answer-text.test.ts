import { expect, it } from 'vitest';
import { AnswerText } from '../../../../server/models/serve/answer-text.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture } from '../../rl/model/fixture.ts';

const tiny = new TextTokenizer(ensureTinyModel(temporaryFolder('models')));

/** The pieces that come as a text's tokens are pushed one by one, until a stop text. */
function pieces(tokenizer: TextTokenizer, text: string, stop: string[] = []): string[] {
  const answer = new AnswerText(tokenizer, stop);
  const said: string[] = [];
  for (const id of tokenizer.encode(text)) {
    said.push(answer.push(id));
    if (answer.stopped) break;
  }
  return [...said, answer.end()].filter((piece) => piece !== '');
}

it.each([
  ['the tiny model', tiny],
  ['a Llama whose words begin with a mark', new TextTokenizer(fixture('llama'))],
])('says in pieces what its tokens say together, for %s', (_, tokenizer) => {
  const text = 'You put the mug 12 in the größe 🙂🙂 cabinet.';
  const whole = tokenizer.decode(tokenizer.encode(text));
  const said = pieces(tokenizer, text);
  expect(said.join('')).toBe(whole);
  expect(said.length).toBeGreaterThan(5);
});

it('hands no half of a character over', () => {
  const said = pieces(tiny, 'a 🙂 b');
  expect(said.filter((piece) => piece.includes('\ufffd'))).toEqual([]);
  expect(said.some((piece) => piece.includes('🙂'))).toBe(true);
});

it('keeps bytes that never become a character', () => {
  const answer = new AnswerText(tiny, []);
  const [first] = tiny.encode('🙂');
  expect(answer.push(first as number)).toBe('');
  expect(answer.end()).toBe('\ufffd');
});

it('ends before the first stop text, wherever tokens divide it', () => {
  expect(pieces(tiny, 'go to desk 1\nObservation: x', ['Observation:', '\nOb']).join('')).toBe(
    'go to desk 1',
  );
});

it('gives back what only looked like a stop text', () => {
  expect(pieces(tiny, 'a </act b', ['</action>']).join('')).toBe('a </act b');
  expect(pieces(tiny, 'a </act', ['</action>']).join('')).toBe('a </act');
});
