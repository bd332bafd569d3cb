import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPretrainedShape } from '../../../../server/rl/model/pretrained-config.ts';
import { headSizeOf } from '../../../../server/rl/model/shape.ts';
import { rotaryTables } from '../../../../server/rl/model/transformer.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';
import { fixture } from './fixture.ts';
import { PUBLIC_CONFIGS } from './public-configs.ts';

/** A folder whose config.json is that of a fixture, or of a public model, with fields changed. */
function folderWith(name: string, fields: Record<string, unknown>): string {
  const folder = temporaryFolder('config');
  const config =
    PUBLIC_CONFIGS[name] ?? (JSON.parse(readFileSync(`${fixture(name)}/config.json`, 'utf8')) as object);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, ...fields }));
  return folder;
}

type Fields = Record<string, unknown>;

describe('a config.json', () => {
  const refused: [string, string, Fields, RegExp][] = [
    [
      'of another family',
      'tied',
      { model_type: 'mistral' },
      /config\.json: model_type: mistral .* llama, qwen2, qwen3 /,
    ],
    ['of no family', 'tied', { model_type: 'toString' }, /model_type: toString is not supported/],
    ['without a size', 'tied', { hidden_size: undefined }, /hidden_size: .*expected/],
    [
      'with a field nobody knows',
      'tied',
      { logit_softcap: 30 },
      /config\.json: logit_softcap: not known here/,
    ],
    [
      'with a stretched rotation',
      'tied',
      { rope_scaling: { rope_type: 'yarn' } },
      /rope_scaling\.rope_type: only/,
    ],
    ['in older words', 'tied', { rope_scaling: { type: 'yarn', factor: 4 } }, /rope_scaling\.type: only/],
    [
      'with a rotation of axes',
      'tied',
      { rope_parameters: { mrope_section: [8] } },
      /rope_parameters: mrope_section/,
    ],
    ['with a rotation in part', 'tied', { partial_rotary_factor: 0.5 }, /partial_rotary_factor: only/],
    [
      'of Llama 3 without its factor',
      'llama3',
      { rope_parameters: { rope_type: 'llama3' } },
      /parameters\.factor: missing/,
    ],
    ['with interleaved halves', 'llama', { rope_interleaved: true }, /rope_interleaved: only/],
    ['with sliding windows', 'tied', { use_sliding_window: true }, /use_sliding_window: sliding-window/],
    ['with a sliding layer', 'qwen3', { layer_types: ['sliding_attention'] }, /layer_types\.0: only full/],
    ['with another activation', 'llama', { hidden_act: 'gelu' }, /hidden_act: only silu/],
    ['with biases in Llama', 'llama', { attention_bias: true }, /attention_bias: biases of attention/],
    ['with feed-forward biases', 'llama', { mlp_bias: true }, /mlp_bias: biases/],
    ['with biases in Qwen3', 'qwen3', { attention_bias: true }, /attention_bias: biases of attention/],
    [
      'with quantised weights',
      'tied',
      { quantization_config: { bits: 4 } },
      /quantization_config: quantised/,
    ],
    ['with code of its own', 'tied', { auto_map: { AutoModel: 'm.M' } }, /auto_map: models that bring code/],
    [
      'whose heads do not divide its width',
      'tied',
      { num_attention_heads: 5 },
      /hidden_size: 32 is not a multiple/,
    ],
    [
      'whose groups do not divide its heads',
      'tied',
      { num_key_value_heads: 3 },
      /num_attention_heads: 4 is not/,
    ],
    ['with odd heads', 'qwen3', { head_dim: 7 }, /head_dim: heads of 7 numbers/],
  ];
  it.each(refused)('%s is refused by the name of the field', (_, name, fields, message) => {
    expect(() => readPretrainedShape(folderWith(name, fields))).toThrow(message);
  });

  it.each([
    ['HuggingFaceTB/SmolLM2-135M', { layers: 30, headSize: 64, ropeBase: 1e5, tiedEmbeddings: true }],
    [
      'TinyLlama/TinyLlama-1.1B-Chat-v1.0',
      { layers: 22, headSize: 64, ropeBase: 1e4, tiedEmbeddings: false },
    ],
    [
      'meta-llama/Llama-3.2-1B',
      {
        ropeScaling: { factor: 32, lowFrequency: 1, highFrequency: 4, positions: 8192 },
        attentionBias: false,
      },
    ],
    ['Qwen/Qwen2.5-0.5B', { headSize: 64, attentionBias: true, queryKeyNorm: false }],
    ['Qwen/Qwen3-0.6B', { headSize: 128, heads: 16, width: 1024, attentionBias: false, queryKeyNorm: true }],
  ])('of a public model opens: %s', (name, sizes) => {
    expect(readPretrainedShape(folderWith(name, {}))).toMatchObject(sizes);
  });

  it('gives its rotary embedding in the form of transformers 4 and 5', () => {
    const base = (name: string, fields: Fields) => readPretrainedShape(folderWith(name, fields)).ropeBase;
    expect(base('untied-bf16-sharded', {})).toBe(1e4);
    expect(base('tied', { rope_theta: undefined })).toBe(1e4);
    expect(
      base('tied', { rope_theta: undefined, rope_parameters: { rope_theta: 5e5, rope_type: 'default' } }),
    ).toBe(5e5);
    const { rope_theta, ...rope_scaling } = JSON.parse(
      readFileSync(`${fixture('llama3')}/config.json`, 'utf8'),
    ).rope_parameters as Fields;
    const older = folderWith('llama3', { rope_theta, rope_scaling, rope_parameters: undefined });
    expect(readPretrainedShape(older)).toEqual(readPretrainedShape(fixture('llama3')));
  });

  it('leaves out what transformers fills in', () => {
    expect(readPretrainedShape(folderWith('llama', { num_key_value_heads: undefined })).keyValueHeads).toBe(
      3,
    );
    expect(readPretrainedShape(folderWith('llama', { head_dim: undefined })).headSize).toBe(8);
    expect(readPretrainedShape(folderWith('qwen3', { head_dim: undefined })).headSize).toBe(128);
    expect(() => readPretrainedShape(folderWith('qwen3', { num_key_value_heads: undefined }))).toThrow(
      /num_key_value_heads/,
    );
  });
});

describe("Llama 3's rotary embedding", () => {
  it('keeps what turns fast, slows down by the factor what turns slowly, and passes smoothly between', () => {
    const scaled = readPretrainedShape(fixture('llama3'));
    const { ropeScaling: _, ...plain } = scaled;
    const half = headSizeOf(scaled) / 2;
    // Position 1 turns by the frequency itself.
    const frequencies = (shape: typeof scaled) =>
      Array.from(rotaryTables(shape, 2).sin.subarray(2 * half, 3 * half), (sine) => Math.asin(sine));
    const ratios = frequencies(scaled).map((frequency, i) => (frequencies(plain)[i] as number) / frequency);
    const rounded = ratios.map((ratio) => Math.round(ratio * 100) / 100);
    expect(rounded.slice(0, 2)).toEqual([1, 1]);
    expect(rounded[2]).toBeGreaterThan(1.1);
    expect(rounded[2]).toBeLessThan(7.9);
    expect(rounded.slice(3)).toEqual([8, 8, 8, 8, 8]);
  });
});
