import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Policy } from '../../../../server/rl/model/policy.ts';
import { readSafetensors } from '../../../../server/rl/model/safetensors.ts';
import { forward, logits } from '../../../../server/rl/model/transformer.ts';
import type { DecisionRow } from '../../../../server/rl/train/play/decision-row.ts';

/** Models with what transformers computed for them: three of Qwen2, Llama without and with scaled rotation, Qwen3, odd heads. */
export const MODELS = [
  'tied',
  'untied-bf16-sharded',
  'ungrouped-f16',
  'llama',
  'llama3',
  'qwen3',
  'own-head',
  'only-head',
];

/** A folder made by fixtures/make-fixtures.py. */
export const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** What a clone without git-lfs leaves in the place of a large file. */
export const LFS_POINTER = `version https://git-lfs.github.com/spec/v1
oid sha256:${'3f'.repeat(32)}
size 988097824
`;

/** What transformers computed for a fixture; logits are `[rows, positions, vocabulary]`. */
export function expectedOf(name: string) {
  const { tensors } = readSafetensors(`${fixture(name)}/expected.safetensors`);
  const read = (tensor: string) => tensors.get(tensor)?.data ?? new Float32Array(0);
  const [rows = 0, positions = 0] = tensors.get('ids')?.shape ?? [];
  const lengths = Array.from(read('lengths'));
  const ids = read('ids') as Int32Array;
  return {
    rows,
    positions,
    lengths,
    ids,
    logits: read('logits') as Float32Array,
    loss: read('loss')[0] as number,
    gradient: (parameter: string) => read(`gradient.${parameter}`) as Float32Array,
    gradientNames: [...tensors.keys()].flatMap((key) =>
      key.startsWith('gradient.') ? [key.slice('gradient.'.length)] : [],
    ),
    greedy: tensors.get('greedy')?.data as Int32Array | undefined,
    /** The rows without their padding. */
    sequences: lengths.map((length, row) =>
      Uint32Array.from(ids.subarray(row * positions, row * positions + length)),
    ),
  };
}

/** Largest difference in units of the largest expected number: 0 is perfect. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length || expected.length === 0)
    throw new Error(`${actual.length} numbers to compare with ${expected.length}`);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs((actual[i] as number) - (expected[i] as number)));
    largest = Math.max(largest, Math.abs(expected[i] as number));
  }
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference / largest;
}

/** Logits of every position of right-padded rows, from the training path: `[rows * positions, vocabulary]`. */
export async function logitsOf(policy: Policy, rows: number, ids: Int32Array): Promise<Float32Array> {
  const run = policy.engine.jit('all logits', (inputs) => {
    const weights = policy.named(inputs);
    const hidden = forward(weights, policy.shape, inputs[policy.parameters.length] as tf.Tensor);
    return [logits(weights, policy.shape, hidden)];
  });
  const input = tf.tensor(ids, [rows, ids.length / rows], 'int32');
  const [output] = await run([...policy.weights, input]);
  const values = (await output?.data()) as Float32Array;
  tf.dispose([input, output as tf.Tensor]);
  run.dispose();
  return values;
}

/** Every token but the first as a decision among the whole vocabulary: what a language model's loss is the mean of. */
export function languageRows(sequences: readonly Uint32Array[]): DecisionRow[] {
  return sequences.map((tokens) => ({
    tokens,
    decisions: Array.from({ length: tokens.length - 1 }, (_, i) => ({
      position: i + 1,
      chosen: tokens[i + 1] as number,
      support: null,
      oldLogProbability: 0,
      advantage: 0,
      level: 2,
    })),
  }));
}
