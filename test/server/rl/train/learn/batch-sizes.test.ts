import { expect, it } from 'vitest';
import { presetConfig } from '../../../../../server/contract/presets.ts';
import { nanoShape, type PolicyShape } from '../../../../../server/rl/model/shape.ts';
import { BatchSizes } from '../../../../../server/rl/train/learn/batch-sizes.ts';
import { groupByLength } from '../../../../../server/rl/train/learn/decision-batch.ts';

const nano = nanoShape(presetConfig('tiny'), 400);
/** SmolLM2-135M. */
const large: PolicyShape = {
  ...nano,
  vocabulary: 49152,
  layers: 30,
  width: 576,
  heads: 9,
  keyValueHeads: 3,
  feedForward: 1536,
  previousTokenEmbedding: false,
};

it('a small policy takes its turns 16 at a time, in steps of 16 positions and 32 decisions, and scores every id', () => {
  const sizes = new BatchSizes(nano);
  for (let longest = 1; longest <= 128; longest++) {
    const positions = sizes.positions(longest);
    expect(positions).toBe(Math.ceil(longest / 16) * 16);
    expect(sizes.capacity(positions)).toBe(16);
    for (const count of [1, 7, 16]) expect(sizes.rows(count, positions)).toBe(16);
    for (const count of [0, 1, 32, 33, 100])
      expect(sizes.decisions(count, 16, positions)).toBe(Math.max(32, Math.ceil(count / 32) * 32));
    for (const count of [0, 3, 16]) expect(sizes.turns(count, 16, positions)).toBe(16);
  }
  expect(sizes.columns(3)).toBeNull();
});

it('a large policy has few sizes, none of them much larger than it must be', () => {
  const sizes = new BatchSizes(large);
  const positions = new Set<number>();
  for (let longest = 1; longest <= 4096; longest++) {
    const size = sizes.positions(longest);
    expect(size).toBeGreaterThanOrEqual(longest);
    expect(size - longest).toBeLessThan(Math.max(64, longest / 4));
    positions.add(size);
  }
  expect([...positions]).toEqual([
    ...[64, 128, 192, 256, 320, 384, 448, 512, 640, 768, 896, 1024],
    ...[1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096],
  ]);
  for (const size of positions) {
    const capacity = sizes.capacity(size);
    expect(capacity === 1 || capacity * size <= 1024).toBe(true);
    if (size > 128) expect(capacity).toBe(1);
    else expect(2 * capacity * size > 1024 || capacity === 16).toBe(true);
    const rows = new Set(Array.from({ length: capacity }, (_, i) => sizes.rows(i + 1, size)));
    expect(Math.max(...rows)).toBe(capacity);
    expect(rows.size).toBeLessThanOrEqual(5);
    const counts = Math.min(400, capacity * size);
    const decisions = new Set(Array.from({ length: counts }, (_, i) => sizes.decisions(i, capacity, size)));
    expect(decisions.size).toBeLessThanOrEqual(8);
    for (let count = 0; count < counts; count++)
      expect(sizes.decisions(count, capacity, size)).toBeGreaterThanOrEqual(count);
  }
  expect(sizes.columns(10)).toBe(256);
  expect(sizes.columns(300)).toBe(384);
  expect(sizes.columns(40_000)).toBeNull();
});

// Tokens of 24 real games in SmolLM2's tokenizer, played by the expert with noise (docs/log.md).
it('episodes of a large policy are padded by less than an eighth', () => {
  const episodes =
    '191 192 235 247 261 338 372 374 394 397 414 467 519 556 556 681 688 694 749 782 969 1024 1034 1035'
      .split(' ')
      .map((length) => ({ tokens: new Uint32Array(Number(length)), decisions: [] }));
  const sizes = new BatchSizes(large);
  let [real, padded] = [0, 0];
  for (const group of groupByLength(episodes, sizes)) {
    const lengths = group.map(({ tokens }) => tokens.length);
    const positions = sizes.positions(Math.max(...lengths));
    padded += positions * sizes.rows(group.length, positions);
    real += lengths.reduce((sum, length) => sum + length, 0);
  }
  expect(1 - real / padded).toBeLessThan(1 / 8);
});

it('a budget of tokens is kept, but for a row that alone is more', () => {
  const sizes = new BatchSizes(nano, 200);
  expect(sizes.capacity(96)).toBe(2);
  expect(sizes.capacity(208)).toBe(1);
});
