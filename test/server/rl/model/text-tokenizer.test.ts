import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ChatMessage, TextTokenizer } from '../../../../server/rl/model/text-tokenizer.ts';
import { fixture } from './fixture.ts';

/** What transformers made of the same texts and conversations. */
const expected = JSON.parse(readFileSync(`${fixture('tied')}/expected-text.json`, 'utf8')) as {
  texts: { text: string; ids: number[]; decoded: string }[];
  chats: { messages: ChatMessage[]; text: string; ids: number[] }[];
};
const tokenizer = new TextTokenizer(fixture('tied'));

/** The fixture's tokenizer with something changed. */
function changedFolder(change: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'])
    cpSync(join(fixture('tied'), file), join(folder, file));
  change(folder);
  return folder;
}

describe('the tokenizer of a model folder', () => {
  it.each(expected.texts)('encodes and decodes as transformers does: $text', ({ text, ids, decoded }) => {
    expect(Array.from(tokenizer.encode(text))).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(decoded);
  });

  it.each(expected.chats)('writes a conversation as transformers does', ({ messages, text, ids }) => {
    const rendered = tokenizer.renderChat(messages);
    expect(rendered).toBe(text);
    expect(Array.from(tokenizer.encode(rendered))).toEqual(ids);
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
