import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze, words } from '../../../../../server/rl/envs/webshop/analyzer.ts';

test.each([
  ["Men's running-shoes, 3.5 inch (pack of 2)", ['men', 'run', 'shoe', '3.5', 'inch', 'pack', '2']],
  ["l'eau u.s.a foo_bar a:b 1,000 10;5 9.", ["l'eau", 'u.s.a', 'foo_bar', 'a:b', '1,000', '10;5', '9']],
  ['It’s the dog’s', ['dog']],
  ['those than i', ['those', 'than', 'i']],
  ['★ 中文 かな カタカナ ✨', ['★', '中', '文', 'か', 'な', 'カタカナ', '✨']],
  ['T-shirt & "tie" + a/b', ['t', 'shirt', 'tie', 'b']],
  ['İstanbul', ['istanbul']],
  // Unicode 17 no longer calls the first three pictographs.
  ['★ ♡ ☞ ♬ ⚽ → •', ['★', '♡', '☞', '♬', '⚽']],
  ['', []],
])('%j', (text, terms) => {
  expect(analyze(text)).toEqual(terms);
});

test('a word of 10,000 characters comes in pieces of 255, as in Lucene', () => {
  expect(words('x'.repeat(10_000)).map((word) => word.length)).toEqual([...Array(39).fill(255), 55]);
});

test('any text has terms, none of them empty or with a blank', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      expect(analyze(text).every((term) => term !== '' && !/ /.test(term))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
