import { expect, it } from 'vitest';
import { shortNumber } from '../../../server/models/short-number.ts';

it.each([
  [0, '0 '],
  [999, '999 '],
  [1000, '1 k'],
  [134_515_008, '135 M'],
  [1_543_714_304, '1.54 G'],
  [269e15, '269000 T'],
])('shortens %d to %j', (value, text) => expect(shortNumber(value)).toBe(text));
