import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Choice, choiceTrie, pathTo } from '../../../../server/rl/agent/choice.ts';
import { OpenText } from '../../../../server/rl/agent/open-text.ts';
import { TextLanguage } from '../../../../server/rl/agent/text-language.ts';
import type { TurnGrammar } from '../../../../server/rl/agent/turn.ts';
import { encodeTurn, TurnDecoder } from '../../../../server/rl/agent/turn-decoder.ts';
import { ALFWORLD } from '../../../../server/rl/envs/alfworld/alfworld.ts';
import type { Memory, OpenCommand } from '../../../../server/rl/envs/environment.ts';
import type { EnvironmentKind } from '../../../../server/rl/envs/kind.ts';
import { ensureTinyModel } from '../../../../server/rl/model/folder/tiny-model.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';

const root = mkdtempSync(join(tmpdir(), 'open-text-'));
afterAll(() => rmSync(root, { recursive: true }));
const folder = ensureTinyModel(root);
const tokenizer = new TextTokenizer(folder);

const SEARCH: OpenCommand = { shown: 'search[<your query>]', head: 'search[', tail: ']' };
const SHOP: EnvironmentKind = { ...ALFWORLD, world: { ...ALFWORLD.world, openCommands: [SEARCH] } };
const MEMORY: Memory = { task: 'buy red shoes.', update: () => {}, subgoals: () => ['find shoes', 'buy'] };
const grammar = (admissible = [SEARCH.shown, 'click[back]', 'click[next]']): TurnGrammar => ({
  format: 'flat',
  admissible,
  current: null,
  memory: MEMORY,
});

/** Says a text token by token, then whatever is forced. */
function type(decoder: TurnDecoder, text: string, speller = tokenizer): TurnDecoder {
  for (const id of speller.encode(text)) decoder.push(id);
  while (!decoder.done && decoder.allowed()?.length === 1) decoder.push(decoder.allowed()![0]!);
  return decoder;
}

describe.each([
  ['dialogue', ' search[', '\n'],
  ['rebuilt', '<action>search[', '</action>'],
] as const)('an open command in a %s', (context, head, behind) => {
  const language = new TextLanguage(SHOP, tokenizer, context, 'flat');
  const begin = () => type(new TurnDecoder(language, grammar()), head);

  it('lets any token come behind its beginning', () => {
    const decoder = begin();
    expect(decoder.allowed()).toBeNull();
    expect(decoder.done).toBe(false);
    decoder.push(tokenizer.encode('red')[0]!);
    expect(decoder.allowed()).toBeNull();
  });

  it('ends at its tail, and forces what is written behind it', () => {
    const decoder = type(begin(), 'red shoes]');
    expect(decoder.done).toBe(true);
    const response = decoder.response();
    expect(response.action).toBe('search[red shoes]');
    expect(tokenizer.decode(response.ids)).toBe(`${head}red shoes]${behind}`);
    // Every token of the query and the one that ends it was a choice; what is forced was none.
    const free = [...response.allowed.keys()].filter((position) => response.allowed[position] === null);
    expect(free).toHaveLength(tokenizer.encode('red shoes').length + 1);
    expect(response.decisions).toEqual(expect.arrayContaining(free));
    expect(response.allowed.at(-1)).toHaveLength(1);
  });

  it.each([
    ['a new line', 'red shoes\n'],
    ['a token that ends responses', 'red shoes<|im_end|>'],
  ])('ends at %s, and its end is forced', (_, text) => {
    const decoder = type(begin(), text);
    expect(decoder.done).toBe(true);
    expect(decoder.response().action).toBe('search[red shoes]');
    expect(tokenizer.decode(decoder.response().ids)).toMatch(
      new RegExp(`red shoes\n?]${behind.replace('/', '\\/')}$`),
    );
  });

  it('ends after 64 tokens', () => {
    const decoder = begin();
    const [red] = tokenizer.encode('red') as unknown as [number];
    for (let count = 0; count < 64; count++) {
      expect(decoder.allowed(), `after ${count} tokens`).toBeNull();
      decoder.push(red);
    }
    expect(decoder.allowed()).toEqual(tokenizer.encode(']'));
    expect(() => decoder.push(red)).toThrow('outside the grammar; allowed: ]');
    type(decoder, '');
    expect(decoder.response().action).toBe(`search[${'red'.repeat(64)}]`);
  });

  it('is said by its text, and stands beside the other commands', () => {
    for (const action of ['search[red shoes]', 'search[mug]', 'click[back]', 'click[next]']) {
      const decoder = new TurnDecoder(language, grammar());
      expect(decoder.say(action)).toBe(true);
      expect(decoder.response()).toMatchObject({ action, lowPosition: 0 });
      const turn = { switched: true, subgoal: '', action };
      expect(encodeTurn(language, grammar(), turn)).toEqual(decoder.response());
    }
  });

  it('is not said with a text that it could not end with', () => {
    for (const action of [
      SEARCH.shown.replace(']', ''),
      'search[a]b]',
      'search[a\nb]',
      'search[ red]',
      'search[red<|im_end|>]',
      `search[${'red '.repeat(80)}shoes]`,
      'find[red shoes]',
      'search[',
    ])
      expect(new TurnDecoder(language, grammar()).say(action), action).toBe(false);
  });

  it('cannot be said where it is not admissible, and can where it is alone', () => {
    const closed = new TurnDecoder(language, grammar(['click[back]', 'click[next]']));
    expect(closed.say('search[red shoes]')).toBe(false);
    const alone = new TurnDecoder(language, grammar([SEARCH.shown]));
    expect(alone.say('search[red shoes]')).toBe(true);
    expect(() => new TurnDecoder(language, grammar([]))).toThrow('none that can be said');
  });

  it('always ends, with one command that is the tokens’ text, whatever is said', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 65, maxLength: 65 }), (ids) => {
        const decoder = begin();
        for (const id of ids) {
          if (decoder.allowed() !== null) break;
          decoder.push(id);
        }
        const { action, ids: said, level } = type(decoder, '').response();
        expect(action.startsWith(SEARCH.head) && action.endsWith(SEARCH.tail)).toBe(true);
        const query = action.slice(SEARCH.head.length, -1);
        expect(query).not.toMatch(/[\]\n]/);
        expect(tokenizer.decode(said).startsWith(head)).toBe(true);
        expect(tokenizer.decode(said).slice(head.length).trim().startsWith(query)).toBe(true);
        expect(tokenizer.decode(said).endsWith(behind)).toBe(true);
        expect(new Set(level)).toEqual(new Set([2]));
      }),
      { numRuns: 100 },
    );
  });
});

it('follows a sub-goal in the Plan-Execute format', () => {
  const language = new TextLanguage(SHOP, tokenizer, 'dialogue', 'plan-execute');
  const turn = { switched: true, subgoal: 'find shoes', action: 'search[red shoes]' };
  const response = encodeTurn(language, { ...grammar(), format: 'plan-execute' }, turn);
  expect(tokenizer.decode(response.ids)).toBe(' switch: find shoes\n> search[red shoes]\n');
  expect(response).toMatchObject(turn);
});

/** Pushes tokens from a place on. */
const walk = (start: Choice, ids: Iterable<number>) =>
  [...ids].reduce<Choice | undefined>((place, id) => place?.child(id), start);

describe('a place in an open command', () => {
  it('leads to a text that begins with what was said', () => {
    const start = new OpenText(tokenizer, SEARCH, '\n');
    const red = walk(start, tokenizer.encode('red'))!;
    const rest = pathTo(red, 'search[red shoes]')!;
    expect(tokenizer.decode(rest)).toBe(' shoes]\n');
    expect(walk(red, rest)?.text).toBe('search[red shoes]');
    expect(pathTo(red, 'search[blue shoes]')).toBeNull();
  });

  it('takes a tail of several tokens', () => {
    const command = { ...SEARCH, tail: ' please)' };
    const start = new OpenText(tokenizer, command, '\n');
    const ids = pathTo(start, 'search[red shoes please)')!;
    expect(tokenizer.decode(ids)).toBe('red shoes please)\n');
    expect(walk(start, ids)?.text).toBe('search[red shoes please)');
    const full = walk(start, new Array(64).fill(tokenizer.encode('red')[0]))!;
    expect(walk(full, tokenizer.encode(' please)\n'))?.text).toBe(`search[${'red'.repeat(64)} please)`);
  });

  it('takes a tokenizer whose tail is one token with what is written behind it', () => {
    const file = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
    const whole = { ...file.added_tokens[0], id: 650, content: ']\n', special: false };
    const other = mkdtempSync(join(root, 'other-'));
    writeFileSync(
      join(other, 'tokenizer.json'),
      JSON.stringify({ ...file, added_tokens: [...file.added_tokens, whole] }),
    );
    const merging = new TextTokenizer(other);
    expect([...merging.encode(']\n')]).toEqual([650]);
    const start = new OpenText(merging, SEARCH, '\n');
    const ids = pathTo(start, 'search[mug]')!;
    expect(ids.at(-1)).toBe(650);
    expect(walk(start, ids)?.text).toBe('search[mug]');
    // Said as two, the tail is not written twice.
    const bare = walk(start, merging.encode('mug]'))!;
    expect(bare.allowed).toEqual(merging.encode('\n'));
    expect(walk(bare, merging.encode('\n'))?.text).toBe('search[mug]');
  });

  it('is refused beside a command that begins like it to the end', () => {
    const rest = new OpenText(tokenizer, SEARCH, '\n');
    const head = tokenizer.encode('search[');
    const trie = (...texts: string[]) =>
      choiceTrie(texts, (text) => tokenizer.encode(text), [{ head, rest }]);
    expect(trie('sea', 'click[back]').allowed).not.toHaveLength(0);
    expect(() => trie('search[red]')).toThrow('cannot be told apart');
    expect(() => trie('s')).toThrow('cannot be told apart');
    expect(() =>
      choiceTrie([], (text) => tokenizer.encode(text), [
        { head, rest },
        { head, rest },
      ]),
    ).toThrow('cannot be told apart');
  });
});
