import { expect, it } from 'vitest';
import { readHubSettings } from '../../../server/models/hub-settings.ts';

it('asks the Hugging Face hub, as nobody, unless told otherwise', () => {
  const nobody = { endpoint: 'https://huggingface.co', token: undefined };
  expect(readHubSettings({})).toEqual(nobody);
  expect(readHubSettings({ HF_ENDPOINT: '', HF_TOKEN: '' })).toEqual(nobody);
  expect(readHubSettings({ HF_ENDPOINT: 'http://mirror:8080/', HF_TOKEN: ' hf_abc\n' })).toEqual({
    endpoint: 'http://mirror:8080',
    token: 'hf_abc',
  });
});

it('names the variable that is wrong, and keeps the token to itself', () => {
  expect(() => readHubSettings({ HF_ENDPOINT: 'mirror' })).toThrow(/^HF_ENDPOINT: mirror is not/);
  expect(() => readHubSettings({ HF_ENDPOINT: 'file:///etc' })).toThrow(/^HF_ENDPOINT/);
  for (const token of ['secret', 'hf_a b', 'hf_a\r\nX: y']) {
    expect(() => readHubSettings({ HF_TOKEN: token })).toThrow(/^HF_TOKEN: tokens of the hub begin with hf_/);
    expect(() => readHubSettings({ HF_TOKEN: token })).not.toThrow(new RegExp(token));
  }
});
