import { expect, it } from 'vitest';
import { makeKeyReader } from '../../../app/_keys/key-reader.ts';

/** Presses keys, `g` or `g@2000` for a time in milliseconds; what was done, and whether each key was taken. */
function press(...keys: string[]) {
  const done: string[] = [];
  const does = (what: string) => () => void done.push(what);
  const actions = {
    c: does('compare'),
    x: undefined,
    'g c': does('go to compare'),
    'g r': does('go to runs'),
  };
  const read = makeKeyReader();
  const taken = keys.map((text, index) => {
    const [key = '', time = index * 100] = text.split('@');
    const action = read(key, Number(time), actions);
    action?.();
    return action !== null;
  });
  return { done, taken };
}

it('does what a key stands for, and leaves the others alone', () => {
  expect(press('c', 'q', 'x')).toEqual({ done: ['compare'], taken: [true, false, false] });
});

it('takes two keys as a pair, the second of which then means nothing else', () => {
  expect(press('g', 'c')).toEqual({ done: ['go to compare'], taken: [true, true] });
  expect(press('g', 'g', 'r').done).toEqual(['go to runs']);
});

it('forgets the first key of a pair after a while, or after another key', () => {
  expect(press('g@0', 'c@5000').done).toEqual(['compare']);
  expect(press('g', 'q', 'r')).toEqual({ done: [], taken: [true, false, false] });
});
