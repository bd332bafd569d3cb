import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEndIds, unreadSettings } from '../../../../server/rl/model/generation-config.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture } from './fixture.ts';

function folderWith(files: Record<string, object>): string {
  const folder = temporaryFolder('generation');
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(folder, file), JSON.stringify(content));
  return folder;
}
const unread = (settings: object) => unreadSettings(folderWith({ 'generation_config.json': settings }));

describe('generation_config.json', () => {
  it('has settings that are not read: those which would draw otherwise are named with their values', () => {
    // that of Qwen2.5-0.5B-Instruct
    const settings = {
      bos_token_id: 151643,
      pad_token_id: 151643,
      do_sample: true,
      eos_token_id: [151645, 151643],
      repetition_penalty: 1.1,
      temperature: 0.7,
      top_p: 0.8,
      top_k: 20,
      transformers_version: '4.37.0',
    };
    expect(unread(settings)).toEqual(['repetition_penalty 1.1', 'temperature 0.7', 'top_p 0.8', 'top_k 20']);
    expect(unread({ suppress_tokens: [1, 2], setting_of_tomorrow: 3 })).toHaveLength(2);
  });

  it('says nothing of plain values, of what is off, and of what transformers writes for a new model', () => {
    expect(unread({ repetition_penalty: 1, temperature: 1, top_k: 0, top_p: 1, num_beams: 1 })).toEqual([]);
    expect(unread({ bad_words_ids: null, renormalize_logits: false, max_new_tokens: 20 })).toEqual([]);
    expect(unreadSettings(fixture('llama'))).toEqual([]);
    expect(unreadSettings(folderWith({}))).toEqual([]);
  });

  it('says what ends a response, else config.json does', () => {
    const config = { 'config.json': { eos_token_id: 2 } };
    expect(readEndIds(folderWith({ ...config, 'generation_config.json': { eos_token_id: [5, 6] } }))).toEqual(
      [5, 6],
    );
    expect(readEndIds(folderWith({ ...config, 'generation_config.json': {} }))).toEqual([2]);
    expect(readEndIds(folderWith({}))).toBeNull();
  });
});
