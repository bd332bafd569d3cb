import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../../server/rl/model/chat-template.ts';
import { TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture, LFS_POINTER } from './fixture.ts';

/** What transformers made of the same texts and conversations; `whole` is with what it puts around a text. */
interface Expected {
  texts: { text: string; ids: number[]; whole?: number[]; decoded: string }[];
  chats: { messages: ChatMessage[]; text: string; ids: number[] }[];
}
const expectedOf = (name: string) =>
  JSON.parse(readFileSync(`${fixture(name)}/expected-text.json`, 'utf8')) as Expected;
const tokenizer = new TextTokenizer(fixture('tied'));

/** The fixture's tokenizer with something changed. */
function changedFolder(change: (folder: string) => void): string {
  const folder = temporaryFolder('tokenizer');
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'])
    cpSync(join(fixture('tied'), file), join(folder, file));
  change(folder);
  return folder;
}

describe.each(['tied', 'llama'])('the tokenizer of a model folder: %s', (name) => {
  const expected = expectedOf(name);
  const own = new TextTokenizer(fixture(name));

  it.each(expected.texts)(
    'encodes and decodes as transformers does: $text',
    ({ text, ids, whole, decoded }) => {
      expect(Array.from(own.encode(text))).toEqual(ids);
      expect(Array.from(own.encodeWhole(text))).toEqual(whole ?? ids);
      expect(own.decode(ids)).toBe(decoded);
    },
  );

  it.each(expected.chats)('writes a conversation as transformers does', ({ messages, text, ids }) => {
    const rendered = own.renderChat(messages);
    expect(rendered).toBe(text);
    expect(Array.from(own.encode(rendered))).toEqual(ids);
  });
});

describe('a tokenizer', () => {
  it('leaves spaces before punctuation alone, whatever its config says or leaves out', () => {
    const text = "put it . Now , go ! We do n't 're";
    for (const clean_up_tokenization_spaces of [undefined, true, false]) {
      const folder = changedFolder((at) =>
        writeFileSync(join(at, 'tokenizer_config.json'), JSON.stringify({ clean_up_tokenization_spaces })),
      );
      const changed = new TextTokenizer(folder);
      expect(changed.decode(changed.encode(text))).toBe(text);
    }
    const bare = new TextTokenizer(changedFolder((at) => rmSync(join(at, 'tokenizer_config.json'))));
    expect(bare.decode(bare.encode(text))).toBe(text);
  });

  it('is refused with an added token that stands for single words only, and as a pointer of git-lfs', () => {
    const picky = changedFolder((at) => {
      const path = join(at, 'tokenizer.json');
      const content = JSON.parse(readFileSync(path, 'utf8'));
      content.added_tokens[1].single_word = true;
      writeFileSync(path, JSON.stringify(content));
    });
    expect(() => new TextTokenizer(picky)).toThrow(/added token <\|im_start\|> stands for single words only/);
    for (const file of ['tokenizer.json', 'chat_template.jinja']) {
      const pointer = changedFolder((at) => writeFileSync(join(at, file), LFS_POINTER));
      expect(() => new TextTokenizer(pointer), file).toThrow(`${file} is a git-lfs pointer`);
    }
  });

  it('decodes nothing to nothing', () => {
    expect(tokenizer.decode([])).toBe('');
  });

  it('takes the tokens that end a response from generation_config.json, else the end-of-text token', () => {
    const [end, text] = ['<|im_end|>', '<|endoftext|>'].map((token) => tokenizer.encode(token)[0] as number);
    expect(tokenizer.endIds).toEqual([end, text]);
    expect(new TextTokenizer(changedFolder(() => {})).endIds).toEqual([end]);
  });

  it('finds a chat template inside tokenizer_config.json, also among several', () => {
    const template = '{{ messages[0].content }}!';
    for (const chat_template of [
      template,
      [
        { name: 'tools', template: '' },
        { name: 'default', template },
      ],
    ]) {
      const folder = changedFolder((at) => {
        rmSync(join(at, 'chat_template.jinja'));
        writeFileSync(join(at, 'tokenizer_config.json'), JSON.stringify({ chat_template }));
      });
      expect(new TextTokenizer(folder).renderChat([{ role: 'user', content: 'hi' }])).toBe('hi!');
    }
  });

  it('says so when there is no chat template or no tokenizer', () => {
    const bare = changedFolder((at) => rmSync(join(at, 'chat_template.jinja')));
    expect(new TextTokenizer(bare).hasChatTemplate).toBe(false);
    expect(() => new TextTokenizer(bare).renderChat([])).toThrow(/no chat template/);
    const broken = changedFolder((at) => writeFileSync(join(at, 'tokenizer.json'), '{}'));
    expect(() => new TextTokenizer(broken)).toThrow(/tokenizer\.json is no tokenizer/);
  });
});
