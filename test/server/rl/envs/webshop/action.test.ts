import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAction } from '../../../../../server/rl/envs/webshop/action.ts';

test('agrees with the original’s pattern', () => {
  const piece = fc.constantFrom('search', 'click', '[', ']', 'a', 'B', ' ', '\n', '中');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
      const action = pieces.join('');
      const [, name, argument] = /^([^\n]+)\[([^\n]+)\]/.exec(action) ?? [];
      const known = name === 'search' || name === 'click';
      expect(parseAction(action)).toEqual(known ? { name, argument: argument!.toLowerCase() } : null);
    }),
    { numRuns: 2000 },
  );
});

test('a text of 100,000 brackets is read at once', () => {
  expect(parseAction(`search${'['.repeat(100_000)}`)).toBeNull();
  expect(parseAction(`search[${']'.repeat(100_000)}`)?.argument).toHaveLength(99_999);
});
