import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BytePairs } from '../../../../../server/rl/envs/webshop/byte-pairs.ts';

const TEXTS = ['low lower lowest', 'new newer newest', 'wide wider'];

test('the most frequent pair is merged first', () => {
  const [first] = BytePairs.train(['aab aab', 'ab'], 1).merges;
  expect(first).toEqual([97, 98]);
});

test('the same texts give the same merges, and no more than were asked for', () => {
  const one = BytePairs.train(TEXTS, 20);
  expect(one.merges).toEqual(BytePairs.train([...TEXTS], 20).merges);
  expect(BytePairs.train(TEXTS, 5).merges).toEqual(one.merges.slice(0, 5));
  expect(one.size).toBe(256 + one.merges.length);
});

test('training stops where no pair occurs twice', () => {
  expect(BytePairs.train(['abc'], 100).merges).toEqual([]);
  expect(BytePairs.train([], 100).merges).toEqual([]);
});

test('what was seen often becomes one token', () => {
  const pairs = BytePairs.train(Array(10).fill(' shirt shirts'), 50);
  expect(pairs.encode(' shirt')).toHaveLength(1);
});

test('any text comes back', () => {
  const pairs = BytePairs.train(TEXTS, 20);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => pairs.decode(pairs.encode(text)) === text),
  );
});
