import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { presetConfig } from '../../../../server/contract/presets.ts';
import type { Conversation } from '../../../../server/rl/model/conversation.ts';
import { Policy } from '../../../../server/rl/model/policy.ts';
import { loadPretrained } from '../../../../server/rl/model/pretrained.ts';
import { padPrompts } from '../../../../server/rl/model/prompt-batch.ts';
import { sampleAll } from '../../../../server/rl/model/sampling.ts';
import { LINEAR_NAMES, nanoShape, type PolicyShape } from '../../../../server/rl/model/shape.ts';
import { Random } from '../../../../server/rl/random.ts';
import type { Engine } from '../../../../server/rl/tensor/engine.ts';
import { openTestEngine, TEST_ENGINE } from '../test-engine.ts';
import { fixture, logitsOf, relativeError } from './fixture.ts';

/** Measured: 2e-6. */
const TOLERANCE = 2e-5;
let engine: Engine;

beforeAll(async () => {
  engine = await openTestEngine();
});

function nano(changes: Partial<PolicyShape> = {}, preset: 'tiny' | 'standard' = 'tiny'): Policy {
  const policy = new Policy(engine, { ...nanoShape(presetConfig(preset), 50), ...changes });
  policy.initialize(new Random(3));
  return policy;
}

/** With the parts that only some models have. */
const POLICIES: [string, () => Policy][] = [
  ['nano, with the previous token', () => nano()],
  ['heads that share keys, untied', () => nano({ heads: 4, keyValueHeads: 2, tiedEmbeddings: false })],
  ['llama', () => loadPretrained(engine, fixture('llama'))],
  ['llama with scaled rotation', () => loadPretrained(engine, fixture('llama3'))],
  ['qwen2, with biases', () => loadPretrained(engine, fixture('tied'))],
  ['qwen3', () => loadPretrained(engine, fixture('qwen3'))],
  ['an adapter', () => loadPretrained(engine, fixture('qwen3'), fixture('lora-qwen3-rslora'))],
  ['many layers, heads that share keys', () => nano({ layers: 5, heads: 4, keyValueHeads: 2 })],
  [
    'many layers, some with adapters',
    () => nano({ layers: 6, adapter: { rank: 2, alpha: 4, targets: LINEAR_NAMES, layers: [2, 3, 5] } }),
  ],
];

/** Layers of a policy whose cache is a tensor, and of one whose rows are kept each by itself. */
const DEPTHS = [2, 5];

/** Texts of so many tokens, at random. */
function texts(policy: Policy, lengths: readonly number[], seed = 8): Uint32Array[] {
  const random = new Random(seed);
  return lengths.map((length) => Uint32Array.from({ length }, () => random.int(policy.shape.vocabulary)));
}

/** Logits behind the last token of each text, from the training path: a list a text. */
async function lastLogits(policy: Policy, sequences: readonly Uint32Array[]): Promise<Float32Array[]> {
  const { vocabulary } = policy.shape;
  const { rows, positions, ids } = padPrompts(sequences);
  const all = await logitsOf(policy, rows, ids);
  return sequences.map(({ length }, row) => {
    const at = (row * positions + length - 1) * vocabulary;
    return all.slice(at, at + vocabulary);
  });
}

/** Feeds the next so many tokens of each text, and compares what comes of it with the whole text so far. */
async function feedAndCompare(
  policy: Policy,
  conversation: Conversation,
  whole: readonly Uint32Array[],
  counts: readonly number[],
): Promise<void> {
  const before = conversation.lengths.slice();
  const news = whole.map((text, row) => {
    const start = before[row] as number;
    return counts[row] === 0 ? null : text.subarray(start, start + (counts[row] as number));
  });
  const { logits } = await conversation.feed(news, null);
  const { vocabulary } = policy.shape;
  expect(logits).toHaveLength(whole.length * vocabulary);
  const fed = [...whole.keys()].filter((row) => counts[row]);
  const said = fed.map((row) => (whole[row] as Uint32Array).subarray(0, conversation.lengths[row]));
  expect(Array.from(conversation.lengths)).toEqual(
    Array.from(before, (length, row) => length + (counts[row] as number)),
  );
  for (const [i, expected] of (await lastLogits(policy, said)).entries()) {
    const row = fed[i] as number;
    const actual = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    expect(relativeError(actual, expected), `row ${row} after ${said[i]?.length}`).toBeLessThan(TOLERANCE);
  }
}

/** How many numbers are read of each tensor from here on. */
function watchReads(): number[] & { stop(): void } {
  const backend = tf.backend();
  const { read } = backend;
  const sizes: number[] = [];
  backend.read = async (dataId) => {
    const values = await read.call(backend, dataId);
    sizes.push((values as Float32Array).length);
    return values;
  };
  return Object.assign(sizes, { stop: () => Object.assign(backend, { read }) });
}

describe('a conversation', () => {
  it.each(POLICIES)('in ragged pieces says what the whole text says: %s', async (_, open) => {
    const policy = open();
    const rows = 9;
    const whole = texts(policy, Array(rows).fill(70));
    const conversation = policy.converse(rows, 70);
    const pieces = [
      [9, 14, 3, 0, 1, 20, 2, 5, 0], // prompts, not everywhere
      [1, 1, 1, 1, 1, 1, 1, 1, 1], // in lockstep
      [1, 0, 1, 1, 1, 0, 1, 1, 1],
      [0, 1, 0, 0, 0, 0, 1, 0, 0], // few single tokens
      [11, 1, 0, 1, 1, 1, 0, 3, 1], // a few long ones beside single ones
      [0, 0, 2, 0, 0, 0, 0, 0, 0],
      [5, 6, 7, 1, 4, 2, 3, 0, 12], // most have several
      [0, 0, 0, 0, 0, 0, 0, 0, 1],
      [30, 0, 0, 0, 1, 0, 0, 0, 0],
    ];
    for (const counts of pieces) await feedAndCompare(policy, conversation, whole, counts);
    conversation.dispose();
    policy.dispose();
  });

  it.each(DEPTHS)('takes one row, and a text token by token (%i layers)', async (layers) => {
    const policy = nano({ layers });
    const whole = texts(policy, [12]);
    const conversation = policy.converse(1, 12);
    for (const counts of [[1], [1], [3], [7]]) await feedAndCompare(policy, conversation, whole, counts);
    conversation.dispose();
    policy.dispose();
  });

  it.each([
    [0, 1],
    [0.7, 1],
    [0.7, 0.9],
  ])('draws what its logits say, row by row: temperature %d, top-p %d', async (temperature, topP) => {
    const policy = nano({ vocabulary: 2500 });
    const whole = texts(policy, Array(5).fill(40));
    const [drawing, feeding] = [policy.converse(5, 40), policy.converse(5, 40)];
    const random = new Random(2);
    const said = new Array(5).fill(0);
    const reads = watchReads();
    for (const counts of [
      [4, 0, 9, 1, 2], // prompts, not everywhere
      [1, 1, 1, 1, 1],
      [6, 0, 1, 12, 1],
      [0, 1, 0, 0, 3],
    ]) {
      const news = counts.map((count, row) =>
        count ? whole[row]!.subarray(said[row], said[row] + count) : null,
      );
      const uniforms = counts.map(() => random.next());
      reads.length = 0;
      const drawn = await drawing.draw(news, { uniforms, temperature, topP });
      if (TEST_ENGINE === 'tensorflow' && topP === 1) expect(Math.max(...reads)).toBeLessThan(2500);
      const { logits, hidden } = await feeding.feed(news, null);
      for (const [row, count] of counts.entries()) {
        said[row] += count;
        if (count === 0) continue;
        const own = logits.subarray(row * 2500, (row + 1) * 2500);
        const want = sampleAll(own, uniforms[row]!, temperature, topP);
        const got = drawn.draw(row);
        expect(got.id).toBe(want.id);
        expect(got.logProbability).toBeCloseTo(want.logProbability, 4);
        expect(got.support).toEqual(want.support);
        const { width } = policy.shape;
        const at = (states: Float32Array) => states.subarray(row * width, (row + 1) * width);
        expect(at(drawn.hidden)).toEqual(at(hidden));
      }
    }
    reads.stop();
    for (const conversation of [drawing, feeding]) conversation.dispose();
    policy.dispose();
  });

  it('returns the columns asked for, in their order, and hidden states', async () => {
    const policy = nano();
    const { vocabulary, width } = policy.shape;
    const whole = texts(policy, [30, 30, 30, 30]);
    const columns = Uint32Array.of(31, 4, 4, 17, 0, 49, 8, 20, 2, 30, 5);
    const [one, other] = [policy.converse(4, 30), policy.converse(4, 30)];
    const pieces: [number, number][][] = [
      [
        [0, 7],
        [0, 3],
        [0, 5],
        [0, 1],
      ],
      [
        [7, 8],
        [3, 4],
        [5, 6],
        [1, 2],
      ],
      [
        [8, 20],
        [4, 5],
        [6, 6],
        [2, 4],
      ],
      [
        [20, 21],
        [5, 5],
        [6, 6],
        [4, 4],
      ],
    ];
    for (const ends of pieces) {
      const news = whole.map((text, row) => text.subarray(...(ends[row] as [number, number])));
      const full = await one.feed(news, null);
      const some = await other.feed(news, columns);
      expect(some.logits).toHaveLength(4 * columns.length);
      for (const [row, tokens] of news.entries()) {
        if (tokens.length === 0) continue;
        const expected = Float32Array.from(columns, (id) => full.logits[row * vocabulary + id] as number);
        const actual = some.logits.subarray(row * columns.length, (row + 1) * columns.length);
        expect(relativeError(actual, expected)).toBeLessThan(1e-6);
        const hidden = (of: Float32Array) => of.subarray(row * width, (row + 1) * width);
        expect(hidden(some.hidden)).toEqual(hidden(full.hidden));
        expect(hidden(some.hidden).some((value) => value !== 0)).toBe(true);
      }
    }
    one.dispose();
    other.dispose();
    policy.dispose();
  });

  it.each(DEPTHS)('forgets a row, and all (%i layers)', async (layers) => {
    const policy = nano({ layers });
    const whole = texts(policy, [40, 40, 40]);
    const conversation = policy.converse(3, 40);
    await feedAndCompare(policy, conversation, whole, [20, 10, 5]);
    conversation.clear(1);
    expect(Array.from(conversation.lengths)).toEqual([20, 0, 5]);
    const others = [whole[0], texts(policy, [40], 2)[0], whole[2]] as Uint32Array[];
    await feedAndCompare(policy, conversation, others, [1, 12, 1]);
    conversation.clear();
    expect(Array.from(conversation.lengths)).toEqual([0, 0, 0]);
    const anew = texts(policy, [40, 40, 40], 4);
    await feedAndCompare(policy, conversation, anew, [4, 8, 12]);
    await feedAndCompare(policy, conversation, anew, [1, 1, 1]);
    conversation.dispose();
    policy.dispose();
  });

  it.each(DEPTHS)('goes on with some rows, in the order asked for (%i layers)', async (layers) => {
    const policy = nano({ layers });
    const whole = texts(policy, [40, 40, 40, 40]) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    const conversation = policy.converse(4, 40);
    await feedAndCompare(policy, conversation, whole, [20, 10, 5, 1]);
    await conversation.keep([3, 0]);
    expect(conversation.rows).toBe(2);
    expect(Array.from(conversation.lengths)).toEqual([1, 20]);
    await feedAndCompare(policy, conversation, [whole[3], whole[0]], [1, 1]);
    await feedAndCompare(policy, conversation, [whole[3], whole[0]], [2, 9]);
    await conversation.keep([1, 1, 0]);
    const other = Uint32Array.from([...whole[0].subarray(0, 30), ...whole[1].subarray(30)]);
    await feedAndCompare(policy, conversation, [whole[0], other, whole[3]], [3, 5, 1]);
    await feedAndCompare(policy, conversation, [whole[0], other, whole[3]], [1, 1, 1]);
    await conversation.keep([0, 1]);
    await expect(conversation.keep([2])).rejects.toThrow('there is no row 2 among 2 rows');
    await expect(conversation.keep([])).rejects.toThrow('at least one row');
    conversation.dispose();
    policy.dispose();
  });

  it.each(DEPTHS)('outgrows its cache, as long as there is room (%i layers)', async (layers) => {
    const policy = nano({ layers });
    const whole = texts(policy, [1100, 1100]);
    const conversation = policy.converse(2, 1100);
    const counts = [
      [250, 3],
      [5, 1], // 255: the first cache is full
      [1, 1], // one more
      [0, 1], // padding leaves it alone
      [1, 0],
      [127, 300], // 383 and more: two pieces
      [700, 0],
      [16, 4],
    ];
    for (const piece of counts) await feedAndCompare(policy, conversation, whole, piece);
    expect(conversation.lengths[0]).toBe(1100);
    await expect(conversation.feed([Uint16Array.of(1), null], null)).rejects.toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: 'conversation: row 0 holds 1100 tokens and would get 1 more, but has room for 1100 only',
      }),
    );
    await feedAndCompare(policy, conversation, whole, [0, 1]); // the others go on
    conversation.dispose();
    policy.dispose();
  });

  it('refuses what the policy does not have, with nothing fed', async () => {
    const policy = nano();
    const conversation = policy.converse(2, 20);
    const feed = (news: (Uint16Array | null)[], columns: Uint16Array | null = null) =>
      expect(conversation.feed(news, columns)).rejects;
    await feed([Uint16Array.of(1), Uint16Array.of(3, 50)]).toThrow('50 tokens, none with id 50');
    await feed([Uint16Array.of(1), null], Uint16Array.of(1, 64)).toThrow('50 tokens, none with id 64');
    await feed([Uint16Array.of(1)]).toThrow('1 lists of tokens for 2 rows');
    await feed([null, new Uint16Array(21)]).toThrow('row 1 holds 0 tokens and would get 21 more');
    expect(() => conversation.clear(2)).toThrow('there is no row 2');
    expect(() => policy.converse(0, 20)).toThrow('rows must be a whole number above 0, not 0');
    expect(() => policy.converse(1, 1.5)).toThrow('room must be a whole number above 0, not 1.5');
    expect(Array.from(conversation.lengths)).toEqual([0, 0]);
    const { logits, hidden } = await conversation.feed([null, new Uint16Array(0)], Uint16Array.of(1, 2, 3));
    expect([logits.length, hidden.length]).toEqual([6, 2 * policy.shape.width]);
    policy.dispose();
  });

  it.each(DEPTHS)('leaves no tensor behind (%i layers)', async (layers) => {
    const policy = nano({ layers });
    const whole = texts(policy, [300, 300, 300, 300]);
    const play = async () => {
      const conversation = policy.converse(4, 400);
      const feed = (from: number, to: number[], columns: Uint16Array | null = null) =>
        conversation.feed(
          to.map((end, row) => (whole[row] as Uint32Array).subarray(from, end)),
          columns,
        );
      await feed(0, [10, 10, 10, 10]);
      await feed(10, [11, 11, 11, 10]);
      await feed(11, [20, 12, 11, 11], Uint16Array.of(1, 2));
      await feed(20, [290, 20, 20, 20]);
      conversation.clear(1);
      await conversation.keep([1, 0]);
      await conversation.feed([Uint16Array.of(1), null], null);
      conversation.clear();
      await conversation.feed([Uint16Array.of(1), null], Uint16Array.of(2));
      conversation.dispose();
    };
    await play();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) await play();
    expect(tf.memory().numTensors).toBe(before);
    policy.dispose();
  });
});
