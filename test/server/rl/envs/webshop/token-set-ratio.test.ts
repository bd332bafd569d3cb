import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { colourOfPair, normalizeColour } from '../../../../../server/rl/envs/webshop/colours.ts';
import { matchingCharacters } from '../../../../../server/rl/envs/webshop/sequence-matcher.ts';
import { tokenSetRatio } from '../../../../../server/rl/envs/webshop/token-set-ratio.ts';

describe('tokenSetRatio', () => {
  test.each([
    // difflib says 84 where Levenshtein would say 89, on the other side of the line.
    ['10x50 hd binoculars', '15x60 hd binoculars', 84],
    ['3x-large', "('size', 'large')", 77],
    ['machine wash', 'wash machine', 100],
    ['black', 'black_style_99496', 45],
    ['', 'x', 0],
    ['★', '★', 0],
    ['é', 'e', 0],
  ])('%s / %s: %d', (first, second, ratio) => {
    expect(tokenSetRatio(first, second)).toBe(ratio);
  });

  test('a limit changes no answer to the question whether a ratio exceeds it', () => {
    const words = fc.array(fc.constantFrom('easy', 'ease', 'clean', 'cleaning', 'use', 'cup_1', 'übel'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(words, words, fc.integer({ min: 0, max: 100 }), (one, two, limit) => {
        const [a, b] = [one.join(' '), two.join('-')];
        expect(tokenSetRatio(a, b, limit) > limit).toBe(tokenSetRatio(a, b) > limit);
      }),
    );
  });

  test('long texts ignore their commonest characters, as difflib does', () => {
    // Both letters fill more than 1 % of 200 characters: neither may begin a match, though equal beginnings still count.
    expect(matchingCharacters(`x${'ab'.repeat(100)}`, 'ab'.repeat(100))).toBe(0);
    expect(matchingCharacters('ab'.repeat(100), 'ab'.repeat(100))).toBe(200);
    expect(matchingCharacters(`x${'ab'.repeat(99)}`, 'ab'.repeat(99))).toBe(198);
  });
});

describe('colours', () => {
  test('the first colour of the list that is inside a text stands for it', () => {
    expect(['standard', 'powdered', 'antique graywash', 'one size'].map(normalizeColour)).toEqual([
      'tan',
      'red',
      'ash',
      'one size',
    ]);
  });

  test('of a pair only an exact colour counts', () => {
    expect([colourOfPair('color', 'black'), colourOfPair('color', 'coal grey')]).toEqual(['black', null]);
  });
});
