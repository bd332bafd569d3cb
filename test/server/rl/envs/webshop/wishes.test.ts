import { expect, test } from 'vitest';
import { readInstruction } from '../../../../../server/rl/envs/webshop/wishes.ts';

test('an instruction is taken apart into attributes, options and a price', () => {
  const wishes = readInstruction(
    "Find me slim fit men's shirts with long sleeve for daily wear with color: coal, and size: 7 ft, and more, and price lower than 30.00 dollars",
  );
  expect(wishes.options).toEqual([
    { name: 'color', value: 'coal' },
    { name: 'size', value: '7 ft, and more' },
  ]);
  expect(wishes.limit).toBe(30);
  expect(wishes.terms).toEqual(['slim', 'fit', 'men', 'shirt', 'long', 'sleev', 'daili', 'wear']);
  expect(wishes.queryWords.join(' ')).toBe("slim fit men's shirts long sleeve daily wear coal 7 ft more");
});

test('what is not there is not asked for', () => {
  const wishes = readInstruction('I am looking for a mug [blue] with "two handles"');
  expect(wishes.options).toEqual([]);
  expect(wishes.limit).toBe(Number.POSITIVE_INFINITY);
  // Brackets would break a command.
  expect(wishes.queryWords).toEqual(['mug', 'blue', 'two', 'handles']);
  expect(readInstruction('')).toMatchObject({ terms: [], queryWords: [], options: [] });
});
